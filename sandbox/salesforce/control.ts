import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import { denialInput } from './denials.ts';
import { Refusal } from './errors.ts';
import { afterInsert, featureInput, switchOn } from './features.ts';
import { lifecycle } from './lifecycle.ts';
import { loginInput } from './login-settings.ts';
import type { Logins } from './logins.ts';
import { changeMetadata, metadataInput, strip } from './metadata.ts';
import type { OAuth } from './oauth.ts';
import type { Org } from './org.ts';
import { ownerRuleInput } from './org-settings.ts';
import { deliverInput, outboundInput } from './outbound.ts';
import { SOMEBODY, userCalled } from './owner-rule.ts';
import { derived } from './rules.ts';
import { changeSetUp } from './set-up.ts';
import type { Site, Sites } from './site.ts';
import type { SfRecord } from './store.ts';
import { setUpInput } from './tooling-parts.ts';
import { troubleInput } from './trouble.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What `POST /_sandbox/salesforce/_org` takes: things that happen to an org. */
const orgInput = z.strictObject({
  expireSessions: z.literal(true).optional(),
  /** The app's access is taken away (true) or given back. */
  revokeAccess: z.boolean().optional(),
  login: loginInput.optional(),
  duplicateRule: z.enum(['off', 'report', 'on', 'block', 'hidden']).optional(),
  duplicateRuleFor: z.array(z.enum(['Lead', 'Contact', 'Account'])).optional(),
  duplicateRuleOnUpdate: z.boolean().optional(),
  trouble: troubleInput.optional(),
  setUp: setUpInput.optional(),
  /** Nothing of Baton's is in the org yet. */
  bare: z.literal(true).optional(),
  metadata: metadataInput.optional(),
  removeField: z.strictObject({ object: z.string(), field: z.string() }).optional(),
  restrictPicklist: z.strictObject({ object: z.string(), field: z.string(), values: z.array(z.string()) }).optional(),
  dailyLimit: z.int().min(0).optional(),
  features: featureInput.optional(),
  pageSize: z.int().min(1).max(2_000).optional(),
  manyAccounts: z.boolean().optional(),
  /** So many of the next writes find their row locked. */
  lockOnce: z.union([z.literal(true), z.int().positive()]).optional(),
  validationRule: z
    .union([
      z.null(),
      z.strictObject({
        object: z.string(),
        message: z.string(),
        field: z.string().optional(),
        equals: scalar.optional(),
      }),
    ])
    .optional(),
  /** What gives records to somebody else than Baton did; null: nothing does. */
  ownerRule: ownerRuleInput.nullable().optional(),
  /** E-mail of a user who leaves (or comes back). */
  deactivateUser: z.string().optional(),
  activateUser: z.string().optional(),
  denyUser: denialInput.optional(),
});

const values = z.record(z.string(), scalar);

const newOrgInput = z.strictObject({ domain: z.string().regex(/^[a-z0-9.-]+$/) });

/** What the buttons act on. */
interface Behind {
  sites: Sites;
  logins: Logins;
  oauth: OAuth;
  baseUrl(host?: string): string;
}

/** What a button does to an org. */
type Press = (site: Site, req: Request, res: Response) => unknown;

/**
 * Buttons for tests and the demo: see and change an org as a person in it would. `org=` says which one, the first one
 * when left out.
 */
export function control(behind: Behind): Router {
  const { sites, logins } = behind;
  const router = express.Router();
  const of =
    (press: Press): express.RequestHandler =>
    async (req, res) => {
      const site = req.query.org === undefined ? sites.home : sites.byId(String(req.query.org));
      if (site) await press(site, req, res);
      else res.status(404).json({ error: `no org ${String(req.query.org)}` });
    };
  router.post('/_orgs', (req, res) => {
    const input = read(newOrgInput, req.body, res);
    if (!input) return;
    const site = sites.found(input.domain);
    if (site) res.status(201).json(orgFacts(behind, site.org));
    else res.status(400).json({ error: `there is an org of ${input.domain} already` });
  });
  router.get(
    '/_org',
    of(({ org }, _req, res) => res.json(orgFacts(behind, org))),
  );
  router.post(
    '/_org',
    of(({ org }, req, res) => {
      const input = read(orgInput, req.body ?? {}, res);
      if (!input) return;
      const problem = happen(org, logins, input);
      if (problem) return res.status(400).json({ error: problem });
      res.json(org.settings);
    }),
  );
  router.get(
    '/_outbound',
    of(({ outbound }, _req, res) => res.json(outbound.show())),
  );
  router.post('/_outbound', of(configureOutbound));
  router.post(
    '/deliver',
    of(async ({ outbound }, req, res) => {
      const input = read(deliverInput, req.body ?? {}, res);
      if (input) res.json(await outbound.deliver(input));
    }),
  );
  for (const [path, press] of Object.entries(lifecycle)) router.post(path, of(press));
  router.get('/:object', of(showRecords));
  router.post('/:object', of(change));
  router.post('/:object/:id', of(change));
  return router;
}

/** What an app must know to log in to the org, and how it stands. */
function orgFacts({ oauth, baseUrl }: Behind, org: Org): object {
  const { client, host, domain } = org.identity;
  const user = org.store.get('User', org.integrationUserId);
  return {
    organizationId: org.id,
    domain,
    instanceUrl: baseUrl(host),
    client,
    settings: org.settings,
    callsToday: org.callsToday,
    jwt: { clientId: client.id, username: user?.Username, privateKey: oauth.keys().privateKey },
  };
}

function configureOutbound({ outbound }: Site, req: Request, res: Response): void {
  const input = read(outboundInput, req.body ?? {}, res);
  if (!input) return;
  outbound.configure(input);
  res.json(outbound.show());
}

function showRecords({ org }: Site, req: Request, res: Response): void {
  const object = org.object(String(req.params.object));
  if (!object) return void unknownObject(req, res);
  const { org: _whose, ...wanted } = req.query;
  res.json([...org.store.all(object.name)].filter(row => row.IsDeleted !== true && matches(row, wanted)));
}

function happen(org: Org, logins: Logins, input: z.infer<typeof orgInput>): string | undefined {
  if (input.bare) strip(org);
  if (input.metadata) changeMetadata(org, input.metadata);
  if (input.expireSessions) logins.expireSessions(org);
  if (input.revokeAccess !== undefined) {
    org.revoked = input.revokeAccess;
    if (input.revokeAccess) logins.expireSessions(org);
  }
  if (input.login) {
    const { revokeTokens, ...settings } = input.login;
    Object.assign(org.login, settings);
    if (revokeTokens) logins.revokeTokens(org);
  }
  if (input.trouble) org.trouble.happen(input.trouble);
  const { duplicateRule, duplicateRuleFor, duplicateRuleOnUpdate, dailyLimit, pageSize, manyAccounts } = input;
  const settings = { duplicateRule, duplicateRuleFor, duplicateRuleOnUpdate, dailyLimit, pageSize, manyAccounts };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) Object.assign(org.settings, { [name]: value });
  }
  if (input.validationRule === null) delete org.settings.validationRule;
  else if (input.validationRule) org.settings.validationRule = input.validationRule;
  if (input.ownerRule === null) delete org.settings.ownerRule;
  else if (input.ownerRule) org.settings.ownerRule = input.ownerRule;
  if (input.lockOnce) org.lock(input.lockOnce === true ? 1 : input.lockOnce);
  if (input.removeField && !org.removeField(input.removeField.object, input.removeField.field)) return 'no such field';
  const unfit = input.features && switchOn(org, input.features);
  if (unfit) return unfit;
  const wrong = input.setUp && changeSetUp(org, input.setUp);
  if (wrong) return wrong;
  const pick = input.restrictPicklist;
  if (pick && !org.restrictPicklist(pick.object, pick.field, pick.values)) return 'no such field';
  for (const [email, IsActive] of [[input.deactivateUser, false] as const, [input.activateUser, true] as const]) {
    if (email === undefined) continue;
    const user = org.store.lookup('User', 'Email', [email])?.[0];
    if (!user) return `no user ${email}`;
    org.store.update('User', String(user.Id), { IsActive }, { userId: org.integrationUserId, by: 'person' });
  }
  if (input.denyUser) {
    const { email, ...denial } = input.denyUser;
    const user = org.store.lookup('User', 'Email', [email])?.[0];
    if (!user) return `no user ${email}`;
    org.denials.add(String(user.Id), denial);
  }
  return undefined;
}

/**
 * Somebody makes or changes a record: `_as` says who (a user's name, e-mail or id). Columns that only the platform
 * writes may be set too: a test may need history.
 */
function change({ org }: Site, req: Request, res: Response): void {
  const object = org.object(String(req.params.object));
  if (!object) return void unknownObject(req, res);
  const { _as, ...body } = (req.body ?? {}) as Record<string, unknown>;
  const input = values.safeParse(body);
  const unknown = Object.keys(input.data ?? {}).find(name => !object.fields.has(name));
  if (!input.success || unknown !== undefined) {
    return void res
      .status(400)
      .json({ error: unknown ? `${object.name} has no ${unknown}` : 'give an object of values' });
  }
  const id = req.params.id;
  const who = typeof _as === 'string' ? _as : id === undefined ? org.integrationUserId : SOMEBODY;
  const actor = { userId: userCalled(org, who), by: 'person' as const };
  try {
    if (id === undefined) {
      const record = { ...initials(org, object.name), ...input.data };
      const made = org.store.insert(object.name, { ...record, ...derived(org, object, record) }, actor);
      afterInsert(org, object, made, actor.userId);
      return void res.json({ id: made.Id });
    }
    const before = org.store.get(object.name, id);
    if (!before) return void res.status(404).json({ error: `no ${object.name} ${String(id)}` });
    const record = { ...before, ...input.data };
    org.store.update(object.name, String(before.Id), { ...input.data, ...derived(org, object, record) }, actor);
    res.json({ id: before.Id });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    res.status(error.status).json(error.body);
  }
}

function initials(org: Org, name: string): SfRecord {
  const record: SfRecord = {};
  for (const field of org.schema.get(name)?.fields.values() ?? []) {
    if (field.initial !== undefined) record[field.name] = field.initial as SfRecord[string];
  }
  if (org.schema.get(name)?.fields.has('OwnerId')) record.OwnerId = org.integrationUserId;
  return record;
}

function matches(row: SfRecord, query: Request['query']): boolean {
  return Object.entries(query).every(([name, value]) => String(row[name] ?? '') === String(value));
}

function unknownObject(req: Request, res: Response): void {
  res.status(404).json({ error: `the org has no object ${String(req.params.object)}` });
}
