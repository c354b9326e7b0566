/** The key in a workspace's hook addresses: replaced from Home, the one before taken for a week beside it. */
import { nameOf } from '../config/playbook/people.ts';
import { notice } from '../db/workspaces/notices.ts';
import { endOldHookKey, hookKeyFacts, replaceHookKey } from '../db/workspaces/workspaces.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import { type Keyring, randomToken } from '../lib/crypto.ts';
import { adminOf, type NotAllowed } from './playbook-versions.ts';

export interface HookKeyState {
  /** `environment`: HOOK_KEY rules, and whoever runs Baton replaces it there. */
  by: 'baton' | 'environment';
  /** Until when the addresses with the key before are taken; undefined: no longer. */
  oldUntil: Date | undefined;
}

export type KeyReplaced =
  /** `where`: names of the services that have the old address; raw. */
  | { kind: 'done'; until: Date; where: string[] }
  | { kind: 'environment' }
  /** The one before this one is still taken: a third would cut it off unasked. */
  | { kind: 'too_soon'; until: Date }
  | NotAllowed;

export interface HookKeys {
  /** One round trip. */
  state(workspaceId: string): Promise<HookKeyState>;
  /** Makes a new key; the other admins hear of it. */
  replace(requester: Requester): Promise<KeyReplaced>;
  /** The addresses with the key before are taken no more; `known`: they were until now. */
  endOld(requester: Requester): Promise<{ kind: 'done'; known: boolean } | NotAllowed>;
}

interface HookKeysOptions {
  deps: Deps;
  keyring: Keyring;
  /** The workspace whose key is the environment's. */
  own?: string | undefined;
  /** A key was replaced or ended. */
  changed(): void;
}

export function hookKeys(options: HookKeysOptions): HookKeys {
  const { deps, own, changed } = options;
  const { db, clock } = deps;
  return {
    state: async workspaceId => ({
      by: workspaceId === own ? 'environment' : 'baton',
      oldUntil: (await hookKeyFacts(db, workspaceId, clock.now())).oldUntil,
    }),
    replace: by => replace(options, by),
    async endOld(by) {
      const admin = await adminOf(deps, by);
      if ('kind' in admin) return admin;
      const known = await endOldHookKey(db, by.workspaceId, clock.now());
      changed();
      return { kind: 'done', known };
    },
  };
}

async function replace({ deps, keyring, own, changed }: HookKeysOptions, by: Requester): Promise<KeyReplaced> {
  const admin = await adminOf(deps, by);
  if ('kind' in admin) return admin;
  const { workspaceId } = by;
  if (workspaceId === own) return { kind: 'environment' };
  const at = deps.clock.now();
  const [where, { playbook }] = await Promise.all([deliverers(deps, workspaceId), deps.playbook(workspaceId)]);
  const replaced = await deps.db.transaction(async trx => {
    const done = await replaceHookKey(trx, keyring, workspaceId, { hookKey: randomToken(), at });
    if (!done.isNew) return done;
    const text =
      `${nameOf(playbook, admin.email)} replaced the key in Baton’s hook addresses. ` +
      `${where.length > 0 ? `Whoever looks after ${where.join(', ')} sets the new address there within a week: ` : ''}` +
      'see Connections on Baton’s Home tab. The old addresses are taken until then.';
    await notice(trx, workspaceId, { key: `hook-key:${at.toISOString()}`, text }, at);
    await enqueue(trx, notifyAdmins(workspaceId));
    return done;
  });
  changed();
  if (!replaced.isNew) return { kind: 'too_soon', until: replaced.until };
  return { kind: 'done', until: replaced.until, where };
}

/** Services that deliver to an address with the key. */
async function deliverers(deps: Deps, workspaceId: string): Promise<string[]> {
  const { sources, crm } = await deps.vendors(workspaceId);
  const told = Object.values(sources).filter(source => source?.hookSetup !== undefined);
  const names = [...told.flatMap(source => source?.name ?? []), ...(crm?.hook ? [crm.name] : [])];
  return [...new Set(names)].map(serviceName);
}
