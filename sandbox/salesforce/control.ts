import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { denialInput } from './denials.ts';
import { Refusal } from './errors.ts';
import { afterInsert, featureInput, switchOn } from './features.ts';
import { lifecycle } from './lifecycle.ts';
import { loginInput } from './login-settings.ts';
import { changeMetadata, metadataInput, strip } from './metadata.ts';
import { CLIENT_ID, type Logins } from './oauth.ts';
import type { Org } from './org.ts';
import { ownerRuleInput } from './org-settings.ts';
import { deliverInput, type Outbound, outboundInput } from './outbound.ts';
import { SOMEBODY, userCalled } from './owner-rule.ts';
import { derived } from './rules.ts';
import { changeSetUp } from './set-up.ts';
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

/** Buttons for tests and the demo: see and change the org as a person in it would. */
export function control(org: () => Org, logins: Logins, outbound: Outbound): Router {
  const router = express.Router();
  router.get('/_org', (_req, res) => void res.json(orgFacts(org(), logins)));
  router.post('/_org', (req, res) => {
    const input = orgInput.safeParse(req.body ?? {});
    if (!input.success) return void res.status(400).json({ error: z.prettifyError(input.error) });
    const problem = happen(org(), logins, input.data);
    if (problem) return void res.status(400).json({ error: problem });
    res.json(org().settings);
  });
  router.get('/_outbound', (_req, res) => void res.json(outbound.show()));
  router.post('/_outbound', (req, res) => {
    const input = outboundInput.safeParse(req.body ?? {});
    if (!input.success) return void res.status(400).json({ error: z.prettifyError(input.error) });
    outbound.configure(input.data);
    res.json(outbound.show());
  });
  router.post('/deliver', async (req, res) => {
    const input = deliverInput.safeParse(req.body ?? {});
    if (!input.success) return void res.status(400).json({ error: z.prettifyError(input.error) });
    res.json(await outbound.deliver(input.data));
  });
  lifecycle(router, org);
  router.get('/:object', (req, res) => {
    const object = org().object(req.params.object);
    if (!object) return unknownObject(req, res);
    res.json([...org().store.all(object.name)].filter(row => row.IsDeleted !== true && matches(row, req.query)));
  });
  router.post('/:object', (req, res) => change(org(), req, res));
  router.post('/:object/:id', (req, res) => change(org(), req, res));
  return router;
}

function orgFacts(org: Org, logins: Logins): object {
  const user = org.store.get('User', org.integrationUserId);
  return {
    organizationId: org.id,
    settings: org.settings,
    callsToday: org.callsToday,
    jwt: { clientId: CLIENT_ID, username: user?.Username, privateKey: logins.keys().privateKey },
  };
}

function happen(org: Org, logins: Logins, input: z.infer<typeof orgInput>): string | undefined {
  if (input.bare) strip(org);
  if (input.metadata) changeMetadata(org, input.metadata);
  if (input.expireSessions) logins.expireSessions();
  if (input.revokeAccess !== undefined) {
    logins.revoked = input.revokeAccess;
    if (input.revokeAccess) logins.expireSessions();
  }
  if (input.login) {
    const { revokeTokens, ...settings } = input.login;
    Object.assign(logins.settings, settings);
    if (revokeTokens) logins.revokeTokens();
  }
  if (input.trouble) org.trouble.happen(input.trouble);
  const { duplicateRule, duplicateRuleFor, duplicateRuleOnUpdate, dailyLimit, pageSize } = input;
  const settings = { duplicateRule, duplicateRuleFor, duplicateRuleOnUpdate, dailyLimit, pageSize };
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
function change(org: Org, req: Request, res: Response): void {
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
