/** Pipedrive, declared. */
import { z } from 'zod';
import type { Effects } from '../../contracts/effects.ts';
import type { Keeper } from '../../contracts/login.ts';
import type { CallPace } from '../../contracts/shared-calls.ts';
import { SECOND } from '../../lib/clock.ts';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import { CredentialsRejected } from '../../lib/errors.ts';
import type { CrmGiven, Given, Settings, Vendor } from '../vendor.ts';
import type { Tokens } from './api/account.ts';
import { pipedriveLogin } from './api/oauth.ts';
import type { PipedriveAuth } from './api/session.ts';
import { pipedrive } from './crm.ts';
import { VOCABULARY } from './playbook.ts';

const API_URL = 'https://api.pipedrive.com';
const OAUTH_URL = 'https://oauth.pipedrive.com';
/** What the smallest plan takes (pipedrive.readme.io, Rate limiting). */
const CALLS_PER_2_SECONDS = '20';
const WEB_URL = 'https://{company}.pipedrive.com';

export const PIPEDRIVE: Vendor = {
  name: 'pipedrive',
  label: 'Pipedrive',
  playbook: { crm: VOCABULARY },
  roles: { crm: { make: crm } },
  pace,
  variables: {
    PIPEDRIVE_API_TOKEN: {
      schema: secretText.optional(),
      help: 'Personal API token of the user Baton acts as, who must see everything (Settings, Personal preferences, API).',
    },
    PIPEDRIVE_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Client ID of your app in Pipedrive’s Developer Hub, to connect by logging in instead.',
    },
    PIPEDRIVE_CLIENT_SECRET: { shared: true, schema: secretText.optional(), help: 'Its client secret.' },
    PIPEDRIVE_DAILY_TOKENS: {
      schema: z
        .string()
        .regex(/^[1-9]\d{2,9}$/, 'must be a whole number of API tokens')
        .optional(),
      help: 'API tokens the company has a day (Company settings, API usage). Left out: Baton does not keep to a share of them.',
    },
    PIPEDRIVE_CALLS_PER_2_SECONDS: {
      shared: true,
      schema: z
        .string()
        .regex(/^(0|[1-9]\d{0,4})$/, 'must be a whole number, or 0')
        .default(CALLS_PER_2_SECONDS),
      help: 'Calls that Pipedrive takes from one user in two seconds (more on larger plans); 0: Baton does not count.',
      example: CALLS_PER_2_SECONDS,
    },
    PIPEDRIVE_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Pipedrive API for an API token.',
      example: API_URL,
    },
    PIPEDRIVE_OAUTH_URL: {
      shared: true,
      schema: webAddress.default(OAUTH_URL),
      help: 'Where people log in to Pipedrive.',
      example: OAUTH_URL,
    },
    PIPEDRIVE_WEB_URL: {
      shared: true,
      schema: z
        .string()
        .regex(/^https?:\/\/[^\s/]+/, 'must be an http(s) address')
        .default(WEB_URL),
      help: 'Where people open Pipedrive; {company} stands for the company’s own name there.',
      example: WEB_URL,
    },
  },
  check(given, { missing }) {
    const hasApp = given.PIPEDRIVE_CLIENT_ID || given.PIPEDRIVE_CLIENT_SECRET;
    if (!hasApp) return;
    const needs = (name: string, why: string) => {
      if (!given[name]) missing(name, why);
    };
    needs('PIPEDRIVE_CLIENT_ID', 'the secret is of an app');
    needs('PIPEDRIVE_CLIENT_SECRET', 'Pipedrive asks for it when somebody logs in');
    if (given.PIPEDRIVE_API_TOKEN) return;
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Pipedrive sends people back to it after they logged in');
  },
  advice: {
    connect: 'Set PIPEDRIVE_API_TOKEN, or PIPEDRIVE_CLIENT_ID and PIPEDRIVE_CLIENT_SECRET to log in from Home.',
    refused:
      'Renew PIPEDRIVE_API_TOKEN (Pipedrive: Settings, Personal preferences, API), and see that the user is active.',
  },
  setup: {
    makes: `fields of Persons, Deals, Leads and Organizations (by the names of the playbook's crm.fields),
their options, and webhooks.`,
    needs: `Baton's user needs the rights of an account settings admin while this runs.`,
  },
  login,
};

/** The workspace's own token goes before a log-in. */
const isByLogin = ({ settings }: Pick<Given, 'settings'>): boolean => settings.PIPEDRIVE_API_TOKEN === undefined;

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>) {
  const { PIPEDRIVE_CLIENT_ID: clientId, PIPEDRIVE_CLIENT_SECRET: clientSecret } = settings;
  return clientId && clientSecret
    ? { oauthUrl: settings.PIPEDRIVE_OAUTH_URL ?? OAUTH_URL, clientId, clientSecret, clock }
    : undefined;
}

function crm(given: CrmGiven) {
  const { settings, rules, clock, keeperOf, onUsage } = given;
  const app = appOf(given);
  const auth = authOf(given, app);
  if (!auth) return undefined;
  const tokens = tokenMeter(settings, given);
  return pipedrive({
    apiUrl: settings.PIPEDRIVE_API_URL ?? API_URL,
    webUrl: settings.PIPEDRIVE_WEB_URL ?? WEB_URL,
    auth,
    rules,
    clock,
    effects: given.effects ?? NO_BOOKS,
    hookSecret: app?.clientSecret ?? settings.PIPEDRIVE_API_TOKEN ?? '',
    ...(app && keeperOf && { ownLogins: { app, keeperOf } }),
    ...(given.budget && { budget: given.budget }),
    ...(onUsage && { onCost: cost => onUsage(tokens?.(cost), cost) }),
  });
}

function authOf(
  { settings, keeperOf, isLoggedIn }: CrmGiven,
  app: ReturnType<typeof appOf>,
): PipedriveAuth | undefined {
  const { PIPEDRIVE_API_TOKEN: token } = settings;
  if (token) return { kind: 'token', token };
  if (!app) return undefined;
  // The app is the installation's: without a log-in nobody of this workspace uses it.
  return { kind: 'login', app, keeper: isLoggedIn && keeperOf ? keeperOf<Tokens>('') : NOBODY };
}

const NOBODY: Keeper<Tokens> = {
  read: async () => undefined,
  renew: async () => {
    throw new CredentialsRejected('nobody is logged in', { service: 'pipedrive', code: 'NOT_CONNECTED' });
  },
};

/** Commands that only look write nothing. */
const NO_BOOKS: Effects = {
  once: async () => {
    throw new Error('nothing can be written to Pipedrive without a database to keep its keys in');
  },
  made: async () => undefined,
};

/** Half may come at once and half evenly, so that two seconds never have more than all. */
function pace({ PIPEDRIVE_CALLS_PER_2_SECONDS: given = CALLS_PER_2_SECONDS }: Settings): CallPace | undefined {
  const atOnce = Math.floor(Number(given) / 2);
  return atOnce === 0 ? undefined : { calls: Number(given) - atOnce, withinMs: 2 * SECOND, atOnce };
}

/**
 * No answer says how many tokens are left: what Baton spent since midnight in UTC counts, against what the company is
 * said to have.
 */
function tokenMeter({ PIPEDRIVE_DAILY_TOKENS: daily }: Settings, { clock }: Pick<Given, 'clock'>) {
  if (!daily) return undefined;
  let [day, used] = ['', 0];
  return (cost: number) => {
    const today = clock.now().toISOString().slice(0, 10);
    if (today !== day) [day, used] = [today, 0];
    used += cost;
    return { used, limit: Number(daily) };
  };
}

function login(given: Given) {
  const app = appOf(given);
  return app && pipedriveLogin({ ...app, forWorkspace: isByLogin(given) });
}
