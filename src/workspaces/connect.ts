import type { UninstallRequest } from '../contracts/login.ts';
import { openAttempt, ticketsSince } from '../db/connections/connect-attempts.ts';
import { connectionsOf } from '../db/connections/connections.ts';
import { type CredentialFacts, type CredentialKey, credentialFacts } from '../db/connections/credentials.ts';
import { declineOffer, personalLoginHolders } from '../db/connections/personal-logins.ts';
import { setupStepsOf } from '../db/workspaces/setup-steps.ts';
import { actorOf, type Requester } from '../handoff/core/rights.ts';
import { after, HOUR, MINUTE } from '../lib/clock.ts';
import { randomToken } from '../lib/crypto.ts';
import { forgetUninstalled, type LoggedOut, type LoginDeps, logOut } from './connect-keep.ts';
import {
  back,
  confirm,
  type End,
  FORGOTTEN,
  hashOf,
  type Looked,
  leaveFor,
  look,
  type Returned,
  TICKET_MINUTES,
} from './login-journey.ts';
import { adminOf } from './playbook-versions.ts';
import { admit } from './second.ts';

/** How many of the playbook's people log in to a vendor themselves. */
export interface PersonalLoginCount {
  vendor: string;
  /** What the vendor is to them. */
  roles: readonly string[];
  connected: number;
  of: number;
}

/** The workspace's own connection, or the log-in of whoever asks. */
export type Whose = 'workspace' | 'mine';

/** A vendor that is connected by logging in, and how that stands. */
export interface Offer {
  vendor: string;
  /** What it is to the workspace once it is connected. */
  roles: readonly string[];
  /** Undefined until somebody logged in. */
  login: CredentialFacts | undefined;
  /** Something can be set there by hand, so that it tells at once. */
  hasHookSetup?: boolean;
}

export type Ticketed =
  | { kind: 'ticket'; url: string; minutes: number }
  | { kind: 'not_allowed'; who: string }
  /** Nobody connects this vendor by logging in: it has a key in the environment. */
  | { kind: 'not_offered' }
  | { kind: 'too_many'; minutes: number }
  /** Beside what is connected it would be a second one; `why` is a raw sentence. */
  | { kind: 'second'; why: string };

export interface ConnectService {
  /** Services whose workspace connection is made by logging in. */
  offers(workspaceId: string): Promise<Offer[]>;
  /** What a vendor is to whoever logged in there. */
  rolesOf(vendor: string): readonly string[];
  /** Does anybody log in to this vendor: for the workspace, or a person for their own doings there? */
  serves(vendor: string): boolean;
  /** Services that people log in to themselves, and this person's log-in there. */
  own(workspaceId: string, email: string): Promise<Offer[]>;
  /** How many do. */
  ownCounts(workspaceId: string): Promise<PersonalLoginCount[]>;
  /** Whoever asks does not want to connect themselves just now. */
  later(requester: Requester, vendor: string): Promise<void>;
  ticket(requester: Requester, vendor: string, whose: Whose): Promise<Ticketed>;
  logOut(requester: Requester, vendor: string, whose: Whose): Promise<LoggedOut>;
  look(vendor: string, ticket: string): Promise<Looked>;
  /** Uses the ticket: where to send the browser. `browser` is the secret it keeps. */
  leave(vendor: string, ticket: string, browser: string): Promise<{ kind: 'leave'; to: string } | End>;
  /** The browser is back with what the vendor gave it. */
  back(vendor: string, given: Returned): Promise<End>;
  /** A vendor says that somebody took Baton away there. `unknown`: it says such things of nobody. */
  uninstalled(vendor: string, request: UninstallRequest): Promise<'done' | 'refused' | 'unknown'>;
  /** The answer to `confirm`. */
  confirm(vendor: string, given: { token: string; browser: string; yes: boolean }): Promise<End>;
}

const MOST_TICKETS_AN_HOUR = 20;

export function connectService(loginDeps: LoginDeps): ConnectService {
  const { deps, logins } = loginDeps;
  return {
    offers: workspaceId => offeredToWorkspace(loginDeps, workspaceId),
    rolesOf: vendor => loginDeps.rolesOf(vendor),
    serves: vendor => logins[vendor] !== undefined,
    own: async (workspaceId, email) =>
      Promise.all(
        (await offeredToPeople(loginDeps, workspaceId)).map(async vendor => ({
          vendor,
          roles: loginDeps.rolesOf(vendor),
          login: await credentialFacts(deps.db, { workspaceId, vendor, holder: email }),
        })),
      ),
    ownCounts: workspaceId => ownCounts(loginDeps, workspaceId),
    async later(by, vendor) {
      const asker = await askerOf(loginDeps, by, vendor, 'mine');
      if (asker.kind === 'asker') await declineOffer(deps.db, asker.key, deps.clock.now());
    },
    ticket: (by, vendor, whose) => ticket(loginDeps, by, vendor, whose),
    async logOut(by, vendor, whose) {
      const asker = await askerOf(loginDeps, by, vendor, whose);
      if (asker.kind !== 'asker') return asker.kind === 'not_offered' ? { kind: 'not_connected' } : asker;
      return logOut(loginDeps, asker.key, asker.email);
    },
    look: (vendor, secret) => look(loginDeps, vendor, secret),
    leave: (vendor, secret, browser) => leaveFor(loginDeps, vendor, secret, browser),
    back: async (vendor, given) => withNext(loginDeps, await back(loginDeps, vendor, given)),
    async uninstalled(vendor, request) {
      const whose = logins[vendor]?.uninstalled?.(request);
      if (whose === undefined) return 'unknown';
      if (whose === 'refused') return 'refused';
      await forgetUninstalled(loginDeps, vendor, whose);
      return 'done';
    },
    confirm: async (vendor, given) => withNext(loginDeps, await confirm(loginDeps, vendor, given)),
  };
}

/** Vendors to log in to: of those that are nothing but a CRM the one that the workspace uses, once it uses one. */
async function offered({ deps, logins, rolesOf }: LoginDeps, workspaceId: string): Promise<string[]> {
  const [{ playbook }, { crm }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const used = playbook.crm.system ?? crm?.name;
  return Object.keys(logins).filter(
    one => used === undefined || one === used || rolesOf(one).some(role => role !== 'crm'),
  );
}

/** The same for the workspace itself, and any other that somebody is logged in at: it can be given up, as one that is left. */
async function offeredToWorkspace(loginDeps: LoginDeps, workspaceId: string): Promise<Offer[]> {
  const { deps, logins, rolesOf } = loginDeps;
  const [all, { sources }] = await Promise.all([offered(loginDeps, workspaceId), deps.vendors(workspaceId)]);
  const offers = await Promise.all(
    Object.keys(logins)
      .filter(isByLogin(loginDeps, workspaceId))
      .map(async vendor => {
        const login = await credentialFacts(deps.db, { workspaceId, vendor, holder: '' });
        const hasHookSetup = sources[vendor]?.hookSetup !== undefined;
        return { vendor, roles: rolesOf(vendor), login, hasHookSetup };
      }),
  );
  return offers.filter(({ vendor, login }) => all.includes(vendor) || login?.status === 'active');
}

/** Those at which a person has a log-in of their own. */
async function offeredToPeople(loginDeps: LoginDeps, workspaceId: string): Promise<string[]> {
  const all = await offered(loginDeps, workspaceId);
  return all.filter(vendor => loginDeps.logins[vendor]?.forPeople !== false);
}

async function ownCounts(loginDeps: LoginDeps, workspaceId: string): Promise<PersonalLoginCount[]> {
  const { deps } = loginDeps;
  const [{ playbook }, holders] = await Promise.all([
    deps.playbook(workspaceId),
    personalLoginHolders(deps.db, workspaceId),
  ]);
  const people = new Set(playbook.people.map(({ email }) => email));
  return (await offeredToPeople(loginDeps, workspaceId)).map(vendor => ({
    vendor,
    roles: loginDeps.rolesOf(vendor),
    connected: holders.filter(one => one.vendor === vendor && one.status === 'active' && people.has(one.holder)).length,
    of: people.size,
  }));
}

type Asker =
  | { kind: 'asker'; email: string; key: CredentialKey }
  | { kind: 'not_offered' }
  | { kind: 'not_allowed'; who: string };

/** Is the workspace's connection made by logging in? One that has a key in the environment goes by that. */
const isByLogin =
  ({ deps, logins }: LoginDeps, workspaceId: string) =>
  (vendor: string): boolean =>
    logins[vendor]?.forWorkspace === true && deps.byLogin?.(workspaceId).includes(vendor) === true;

async function askerOf(loginDeps: LoginDeps, requester: Requester, vendor: string, whose: Whose): Promise<Asker> {
  const { deps, logins } = loginDeps;
  const { workspaceId } = requester;
  const isOffered = whose === 'mine' ? (logins[vendor]?.forPeople ?? true) : isByLogin(loginDeps, workspaceId)(vendor);
  if (!logins[vendor] || !isOffered) return { kind: 'not_offered' };
  if (whose === 'mine') {
    const actor = await actorOf(deps, requester);
    if (!actor) return { kind: 'not_allowed', who: 'people of Baton’s playbook' };
    return { kind: 'asker', email: actor.email, key: { workspaceId, vendor, holder: actor.email } };
  }
  const admin = await adminOf(deps, requester);
  return 'kind' in admin ? admin : { kind: 'asker', email: admin.email, key: { workspaceId, vendor, holder: '' } };
}

async function ticket(loginDeps: LoginDeps, requester: Requester, vendor: string, whose: Whose): Promise<Ticketed> {
  const asker = await askerOf(loginDeps, requester, vendor, whose);
  if (asker.kind !== 'asker') return asker;
  if (whose === 'workspace') {
    const wanted = { vendor, roles: loginDeps.rolesOf(vendor), by: 'login' as const };
    const admitted = await admit(loginDeps.deps, requester.workspaceId, wanted);
    if (admitted.kind === 'second') return admitted;
  }
  return issue(loginDeps, asker.key, asker.email);
}

/** A new ticket, unless too many were asked for. Two round trips. */
async function issue({ deps }: LoginDeps, key: CredentialKey, email: string): Promise<Ticketed> {
  const { db, clock, publicUrl } = deps;
  const at = clock.now();
  if ((await ticketsSince(db, key.workspaceId, email, after(at, -HOUR))) >= MOST_TICKETS_AN_HOUR) {
    return { kind: 'too_many', minutes: 60 };
  }
  const ticket = randomToken();
  await db.transaction(trx =>
    openAttempt(trx, key, {
      askedBy: email,
      ticketHash: hashOf(ticket),
      at,
      expiresAt: after(at, TICKET_MINUTES * MINUTE),
      forgetBefore: after(at, -FORGOTTEN),
    }),
  );
  return { kind: 'ticket', url: `${publicUrl}/connect/${key.vendor}?ticket=${ticket}`, minutes: TICKET_MINUTES };
}

/** A page with more to choose from is no shorter way. */
const MOST_NEXT = 3;

/**
 * During the set-up whoever connected the first system can go straight on to the CRM's own page, in the browser and as
 * the admin that they were a moment ago. Nothing is offered where a CRM is there, or somebody else was asked to connect
 * it. Up to some ten round trips.
 */
async function withNext(loginDeps: LoginDeps, end: End): Promise<End> {
  if (end.kind !== 'connected' || end.own) return end;
  const { deps } = loginDeps;
  const { workspaceId, askedBy } = end;
  const [{ setUpAt, steps }, connections, { playbook }, offers] = await Promise.all([
    setupStepsOf(deps.db, workspaceId),
    connectionsOf(deps.db, workspaceId),
    deps.playbook(workspaceId),
    offeredToWorkspace(loginDeps, workspaceId),
  ]);
  const awaited = offers.filter(({ roles, login }) => roles.includes('crm') && login?.status !== 'active');
  const isSaid = steps.some(({ step, skipped, askedOf }) => step === 'crm' && (skipped || askedOf !== null));
  const isThere = connections.some(({ role, vendor }) => role === 'crm' && !awaited.some(one => one.vendor === vendor));
  if (setUpAt !== null || isSaid || isThere || !playbook.admins.includes(askedBy)) return end;
  const next: typeof end.next = [];
  for (const { vendor } of awaited.slice(0, MOST_NEXT)) {
    const wanted = { vendor, roles: loginDeps.rolesOf(vendor), by: 'login' as const };
    const admitted = await admit(deps, workspaceId, wanted);
    if (admitted.kind !== 'admitted' || !admitted.roles.includes('crm')) continue;
    const issued = await issue(loginDeps, { workspaceId, vendor, holder: '' }, askedBy);
    if (issued.kind !== 'ticket') break;
    next.push({ vendor, ticket: new URL(issued.url).searchParams.get('ticket') ?? '' });
  }
  return { ...end, next };
}
