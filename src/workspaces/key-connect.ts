/** Connecting a vendor from Home with keys that an admin types: tried at the vendor before anything is kept. */
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { HookSetup } from '../contracts/hook.ts';
import type { KeyConnect, KeyField, TypedValues } from '../contracts/key-connect.ts';
import { forgetAppTokens } from '../db/connections/app-tokens.ts';
import { connectionsOf, giveUpConnection } from '../db/connections/connections.ts';
import { credentialFacts, wipeCredential } from '../db/connections/credentials.ts';
import { hookKeyFacts } from '../db/workspaces/workspaces.ts';
import { failureReason, keysRefusedReason } from '../domain/failure-words.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins, pollSource, watchBookings } from '../jobs/requests.ts';
import type { Keyring } from '../lib/crypto.ts';
import { CredentialsRejected, Failure, Rejected } from '../lib/errors.ts';
import { connectWithKeys } from './connect-keys.ts';
import { adminOf, type NotAllowed } from './playbook-versions.ts';
import { admit } from './second.ts';

/** A vendor that is connected with keys, and how that stands. `environment`: with keys that nobody can change here. */
export interface KeyOffer {
  vendor: string;
  /** What it is to the workspace once it is connected. */
  roles: readonly string[];
  fields: readonly KeyField[];
  state: 'none' | 'typed' | 'environment' | 'built_in';
  /** What is typed cannot be tried at the vendor. */
  onlySends?: true;
}

export type KeysSaved =
  | { kind: 'connected'; setup?: HookSetup | undefined }
  /** By field: what is wrong with it. */
  | { kind: 'unfit'; problems: Record<string, string> }
  /** In the vendor's own words. */
  | { kind: 'refused' | 'no_answer'; said: string }
  | { kind: 'not_offered' }
  /** Beside what is connected it would be a second one; `why` is a raw sentence. */
  | { kind: 'second'; why: string }
  | NotAllowed;

export interface KeyConnects {
  offers(workspaceId: string): Promise<KeyOffer[]>;
  /** What is wrong with what was typed, by field, before anybody is asked. */
  problems(vendor: string, values: TypedValues): Record<string, string>;
  /** Tries the keys at the vendor, and keeps those it takes in the place of the ones before. */
  save(requester: Requester, vendor: string, values: TypedValues): Promise<KeysSaved>;
  /** What to set at the vendor so that it tells Baton by itself; undefined: nothing, or it is not connected. */
  hookSetup(requester: Requester, vendor: string): Promise<HookSetup | undefined>;
  /**
   * Forgets the keys, and takes back what Baton made at the vendor. `known` is false: there were none. `webhookStays`: why that
   * could not be deleted there, raw.
   */
  forget(
    requester: Requester,
    vendor: string,
  ): Promise<{ kind: 'done'; known: boolean; webhookStays?: string } | NotAllowed>;
}

interface Options {
  deps: Deps;
  keyring: Keyring;
  /** By vendor. */
  vendors: Readonly<Record<string, KeyConnect>>;
}

export function keyConnects(options: Options): KeyConnects {
  return {
    offers: workspaceId => offers(options, workspaceId),
    problems: (vendor, values) => options.vendors[vendor]?.problems(values) ?? {},
    save: (by, vendor, values) => save(options, by, vendor, values),
    async hookSetup(by, vendor) {
      const admin = await adminOf(options.deps, by);
      return 'kind' in admin ? undefined : setupOf(options.deps, by.workspaceId, vendor);
    },
    forget: (by, vendor) => forget(options, by, vendor),
  };
}

async function offers({ deps, vendors }: Options, workspaceId: string): Promise<KeyOffer[]> {
  const connections = await connectionsOf(deps.db, workspaceId);
  return Promise.all(
    Object.entries(vendors).map(async ([vendor, { fields, roles, isBuiltIn, onlySends }]) => {
      if (isBuiltIn) return { vendor, roles, fields, state: 'built_in' } as const;
      const typed = await credentialFacts(deps.db, { workspaceId, vendor, holder: '' });
      const isConnected = connections.some(one => one.vendor === vendor);
      // What a log-in left is of a customer there; keys are of nobody that Baton knows.
      const isTyped = typed?.status === 'active' && typed.tenant === '';
      const state = isTyped ? 'typed' : isConnected && !typed ? 'environment' : 'none';
      return { vendor, roles, fields, state, ...(onlySends && { onlySends }) } as const;
    }),
  );
}

async function save(options: Options, by: Requester, vendor: string, values: TypedValues): Promise<KeysSaved> {
  const { deps, keyring, vendors } = options;
  const connect = vendors[vendor];
  const admin = await adminOf(deps, by);
  if ('kind' in admin) return admin;
  if (!connect || connect.isBuiltIn) return { kind: 'not_offered' };
  const problems = connect.problems(values);
  if (Object.keys(problems).length > 0) return { kind: 'unfit', problems };
  const { workspaceId } = by;
  const admitted = await admit(deps, workspaceId, { vendor, roles: connect.roles, by: 'keys' });
  if (admitted.kind === 'second') return admitted;
  const { playbook } = await deps.playbook(workspaceId);
  try {
    await connect.prove(values, { ...rulesOfSource(playbook, vendor), roles: admitted.roles });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, workspaceId, vendor }, 'typed keys were not taken');
    const isNo = error instanceof CredentialsRejected || error instanceof Rejected;
    return { kind: isNo ? 'refused' : 'no_answer', said: keysRefusedReason(error) };
  }
  const at = deps.clock.now();
  await deps.db.transaction(async trx => {
    await forgetAppTokens(trx, workspaceId, vendor);
    const typed = { vendor, roles: admitted.roles, keys: { ...values }, by: admin.email, at };
    await connectWithKeys(trx, keyring, workspaceId, typed);
    if (connect.roles.includes('source')) await enqueue(trx, pollSource(workspaceId, vendor));
    if (connect.roles.includes('scheduler')) await enqueue(trx, watchBookings(workspaceId, vendor));
    await enqueue(trx, notifyAdmins(workspaceId));
  });
  deps.connectionChanged(workspaceId);
  return { kind: 'connected', setup: await setupOf(deps, workspaceId, vendor) };
}

/** Undefined as well where the vendor does not answer just now: it can be asked for again. */
async function setupOf(deps: Deps, workspaceId: string, vendor: string): Promise<HookSetup | undefined> {
  const [{ sources }, address, { formKey }] = await Promise.all([
    deps.vendors(workspaceId),
    deps.hookAddress(workspaceId, vendor),
    hookKeyFacts(deps.db, workspaceId, deps.clock.now()),
  ]);
  if (address === undefined) return undefined;
  try {
    return await sources[vendor]?.hookSetup?.(address, formKey);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, workspaceId, vendor }, 'what to set at the vendor cannot be said just now');
    return undefined;
  }
}

/** What nobody has until it is connected again. */
function lostWith(roles: readonly string[]): string {
  if (roles.includes('source')) {
    return 'No lead of it comes in until somebody connects it again; those that are there stay.';
  }
  return roles.includes('scheduler')
    ? 'Meetings that are booked or cancelled there count again once somebody connects it.'
    : 'Until somebody connects it again nobody is added to its sequences, and those that run there are not followed.';
}

async function forget({ deps, keyring, vendors }: Options, by: Requester, vendor: string) {
  const admin = await adminOf(deps, by);
  if ('kind' in admin) return admin;
  const { workspaceId } = by;
  const at = deps.clock.now();
  const reason = `disconnected by ${admin.name}`;
  const text = `${admin.name} disconnected Baton from ${serviceName(vendor)}. ${lostWith(vendors[vendor]?.roles ?? [])}`;
  const webhookStays = await takeBackWebhook(deps, workspaceId, vendor);
  const known = await deps.db.transaction(async trx => {
    const facts = await credentialFacts(trx, { workspaceId, vendor, holder: '' });
    if (facts?.status !== 'active') return false;
    await wipeCredential(trx, keyring, { workspaceId, vendor, holder: '' }, { reason, at });
    await forgetAppTokens(trx, workspaceId, vendor);
    for (const role of vendors[vendor]?.roles ?? []) {
      await giveUpConnection(trx, workspaceId, { vendor, role }, { reason, at, text });
    }
    await enqueue(trx, notifyAdmins(workspaceId));
    return true;
  });
  deps.connectionChanged(workspaceId);
  return { kind: 'done' as const, known, ...(webhookStays !== undefined && { webhookStays }) };
}

/** Before the keys are wiped, as it needs them. Answers why it stays there; undefined: it does not, or there was none. */
async function takeBackWebhook(deps: Deps, workspaceId: string, vendor: string): Promise<string | undefined> {
  const [{ schedulers }, address, facts] = await Promise.all([
    deps.vendors(workspaceId),
    deps.hookAddress(workspaceId, vendor),
    credentialFacts(deps.db, { workspaceId, vendor, holder: '' }),
  ]);
  const scheduler = Object.hasOwn(schedulers, vendor) ? schedulers[vendor] : undefined;
  if (!scheduler || address === undefined || facts?.status !== 'active') return undefined;
  try {
    await scheduler.unwatch(address);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, workspaceId, vendor }, 'a webhook could not be deleted');
    return failureReason(error);
  }
}
