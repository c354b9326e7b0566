/** The one workspace of the environment: what its variables connect, and where it is reached. */
import { ConfigurationError, type Env } from '../config/env.ts';
import type { Playbook } from '../config/playbook.ts';
import type { AppHook } from '../contracts/app-hook.ts';
import type { AppWebhooks } from '../contracts/app-webhooks.ts';
import type { Crm } from '../contracts/crm.ts';
import type { KeeperOf, LoginPage } from '../contracts/login.ts';
import type { ConnectionKey, Role } from '../contracts/role.ts';
import type { Clock } from '../lib/clock.ts';
import type { Given, Vendor } from '../vendors/vendor.ts';
import { isChosenCrm, sharedSettings, sourceRules } from './make-vendors.ts';

/** Vendors that the environment has keys for, in the roles it can make of them. */
export function connectedByEnv(table: readonly Vendor[], env: Env, clock: Clock, playbook: Playbook): ConnectionKey[] {
  const found = table
    .filter(vendor => !vendor.builtIn)
    .flatMap(vendor => {
      const made = madeByEnv(vendor, env, clock, playbook);
      return (['source', 'crm', 'mailer', 'enricher', 'scheduler', 'sequencer'] as const)
        .filter(role => made[role] !== undefined && isWanted(role, vendor, playbook))
        .map(role => ({ vendor: vendor.name, role }));
    });
  // Keys of several CRMs may be set: only the one that is used is a connection.
  const crm = playbook.crm.system ?? found.find(({ role }) => role === 'crm')?.vendor;
  return found.filter(({ vendor, role }) => role !== 'crm' || vendor === crm);
}

/** A vendor that is something else as well is the CRM, and the place of sequences, only where the playbook says so. */
function isWanted(role: Role, vendor: Vendor, playbook: Playbook): boolean {
  if (role === 'crm') return isChosenCrm(playbook, vendor);
  if (role !== 'sequencer') return true;
  return Object.keys(vendor.roles).length === 1 || playbook.follow_up.sequences?.tool === vendor.name;
}

/** One vendor with the environment's keys alone: for commands, and to see what it can be. */
export function madeByEnv(vendor: Vendor, env: Env, clock: Clock, playbook: Playbook, keeperOf?: KeeperOf) {
  const given = givenByEnv(vendor, env, clock);
  const { source, crm, enricher, mailer, scheduler, sequencer } = vendor.roles;
  return {
    source: source?.make({
      ...given,
      ...sourceRules(vendor, playbook),
      manualLead: async () => null,
      submissionsOf: async () => [],
      openContacts: async () => [],
    }),
    crm: crm?.make({ ...given, rules: playbook.crm, ...(keeperOf && { keeperOf }) }) as Crm | undefined,
    enricher: enricher?.make(given),
    mailer: mailer?.make(given),
    scheduler: scheduler?.make(given),
    sequencer: sequencer?.make({ ...given, ...(keeperOf && { keeperOf }) }),
  };
}

/** As its own workspace has it, before anybody logged in. */
function givenByEnv(vendor: Vendor, env: Env, clock: Clock): Given {
  const settings = env.vendors[vendor.name] ?? {};
  return { settings, own: settings, isLoggedIn: false, clock };
}

/**
 * Log-in pages of the vendors that people connect by logging in: where tokens can be kept and browsers sent back. Made
 * of what the installation shares, as every workspace meets them: a key of the environment's own workspace keeps no other
 * from logging in.
 */
export function loginPages(table: readonly Vendor[], env: Env, clock: Clock): Record<string, LoginPage> {
  if (!env.ENCRYPTION_KEY || !env.PUBLIC_URL) return {};
  const pages = table.flatMap(vendor => {
    const page = vendor.login?.(givenToAll(vendor, env, clock));
    return page ? [[vendor.name, page] as const] : [];
  });
  // Looked up by what stands in addresses: `constructor` must find nothing.
  return Object.assign(Object.create(null), Object.fromEntries(pages));
}

/** Vendors that the environment's own workspace connects by logging in, because it has no key of its own for them. */
export function ownByLogin(table: readonly Vendor[], env: Env, clock: Clock): string[] {
  const pages = loginPages(table, env, clock);
  const isByLogin = (vendor: Vendor) => vendor.login?.(givenByEnv(vendor, env, clock))?.forWorkspace === true;
  return table.filter(vendor => pages[vendor.name] && isByLogin(vendor)).map(({ name }) => name);
}

/** As a workspace has it that has nothing of its own. */
function givenToAll(vendor: Vendor, env: Env, clock: Clock): Given {
  return { settings: sharedSettings(vendor, env), own: {}, isLoggedIn: false, clock };
}

/** By vendor: what takes the deliveries of its app, which all workspaces share. */
export function appHooks(table: readonly Vendor[], env: Env, clock: Clock): ReadonlyMap<string, AppHook> {
  return new Map(
    table.flatMap(vendor => {
      const hook = vendor.appHook?.(givenToAll(vendor, env, clock));
      return hook ? [[vendor.name, hook] as const] : [];
    }),
  );
}

/** By vendor: the webhooks of its app, which all workspaces share. */
export function appWebhooks(table: readonly Vendor[], env: Env, clock: Clock): ReadonlyMap<string, AppWebhooks> {
  return new Map(
    table.flatMap(vendor => {
      const webhooks = vendor.appWebhooks?.(givenToAll(vendor, env, clock));
      return webhooks ? [[vendor.name, webhooks] as const] : [];
    }),
  );
}

/** Where Baton is reached from outside. */
export const publicUrlOf = (env: Env): string => (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, '');

/**
 * Where a vendor's messages for the environment's own workspace are taken in.
 * @throws ConfigurationError when it has none
 */
export function hookAddressOf(env: Env, vendor: string): string {
  if (env.HOOK_KEY !== undefined) return `${publicUrlOf(env)}/hooks/${env.HOOK_KEY}/${vendor}`;
  throw new ConfigurationError(
    'HOOK_KEY is not set: this is about one company, and here workspaces install Baton. Each sees its addresses on its Home tab.',
  );
}
