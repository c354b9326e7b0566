/** Zoho CRM, declared. */
import { z } from 'zod';
import type { Effects } from '../../contracts/effects.ts';
import type { Keeper } from '../../contracts/login.ts';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import { CredentialsRejected } from '../../lib/errors.ts';
import type { CrmGiven, Given, Settings, Vendor } from '../vendor.ts';
import type { Tokens } from './api/account.ts';
import { SERVICE } from './api/errors.ts';
import { zohoLogin } from './api/oauth.ts';
import type { ZohoAuth } from './api/session.ts';
import { zoho } from './crm.ts';
import { VOCABULARY } from './playbook.ts';

const ACCOUNTS_URL = 'https://accounts.zoho.com';
/** Within the shorter of two limits that Zoho's pages give for a channel. */
const WATCH_HOURS = '23';
/** What the smallest edition allows. */
const AT_ONCE = '5';

const whole = (pattern: RegExp, says: string) => z.string().regex(pattern, says);

export const ZOHO: Vendor = {
  name: 'zoho',
  label: 'Zoho CRM',
  playbook: { crm: VOCABULARY },
  roles: { crm: { make: crm } },
  variables: {
    ZOHO_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Client ID of your client in Zoho’s API Console, of the kind Server-based Applications (to log in from Home) or Self Client.',
    },
    ZOHO_CLIENT_SECRET: { shared: true, schema: secretText.optional(), help: 'Its client secret.' },
    ZOHO_REFRESH_TOKEN: {
      schema: secretText.optional(),
      help: 'Refresh token of a Self Client, of the user Baton acts as, instead of logging in from Home.',
    },
    ZOHO_ACCOUNTS_URL: {
      shared: true,
      schema: webAddress.default(ACCOUNTS_URL),
      help: 'Where people log in to Zoho, and where the refresh token is from: accounts.zoho.eu, .in, .com.au, .jp, .com.cn, .sa, accounts.zohocloud.ca.',
      example: ACCOUNTS_URL,
    },
    ZOHO_WEB_URL: {
      shared: true,
      schema: webAddress.optional(),
      help: 'Where people open Zoho CRM. Left out: where the data centre of the log-in has it.',
    },
    ZOHO_DAILY_CREDITS: {
      schema: whole(/^[1-9]\d{2,9}$/, 'must be a whole number of API credits').optional(),
      help: 'API credits the organization has in 24 hours (Setup, Developer Hub, APIs and SDKs). Left out: Baton does not keep to a share of them.',
    },
    ZOHO_CONCURRENT_CALLS: {
      schema: whole(/^[1-9]\d?$/, 'must be a whole number from 1 to 99').default(AT_ONCE),
      help: 'API calls of one process under way at once: 5 on the smallest edition, 25 on the largest.',
      example: AT_ONCE,
    },
    ZOHO_NOTIFICATION_HOURS: {
      schema: whole(/^[1-9]\d{0,2}$/, 'must be a whole number of hours').default(WATCH_HOURS),
      help: 'Hours that a channel of notifications is asked for; Baton renews it at half of what Zoho grants.',
      example: WATCH_HOURS,
    },
  },
  check(given, { missing }) {
    const { ZOHO_REFRESH_TOKEN: token } = given;
    if (!given.ZOHO_CLIENT_ID && !given.ZOHO_CLIENT_SECRET && !token) return;
    const needs = (name: string, why: string) => {
      if (!given[name]) missing(name, why);
    };
    needs('ZOHO_CLIENT_ID', token ? 'the refresh token is of a client' : 'the secret is of a client');
    needs('ZOHO_CLIENT_SECRET', 'Zoho asks for it whenever a token is traded');
    if (token) return;
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Zoho sends people back to it after they logged in');
  },
  advice: {
    connect: 'Set ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET to log in from Home, or ZOHO_REFRESH_TOKEN beside them.',
    refused:
      'Log in again from Home, or make a new refresh token of the Self Client with all of Baton’s scopes, and see that the user is active.',
  },
  setup: {
    makes: `fields of Leads, Contacts and Deals (by the names of the playbook's crm.fields), one
of them unique, the values of their pick lists, and the channel of notifications.`,
    needs: `Baton's user needs a profile that may customize Zoho CRM while this runs.`,
  },
  login,
};

/** The workspace's own refresh token goes before a log-in. */
const isByLogin = ({ settings }: Pick<Given, 'settings'>): boolean => settings.ZOHO_REFRESH_TOKEN === undefined;

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>) {
  const { ZOHO_CLIENT_ID: clientId, ZOHO_CLIENT_SECRET: clientSecret } = settings;
  return clientId && clientSecret
    ? { accountsUrl: settings.ZOHO_ACCOUNTS_URL ?? ACCOUNTS_URL, clientId, clientSecret, clock }
    : undefined;
}

function crm(given: CrmGiven) {
  const { settings, rules, clock, keeperOf, onUsage } = given;
  const app = appOf(given);
  if (!app) return undefined;
  const credits = creditMeter(settings);
  return zoho({
    auth: authOf(given, app),
    rules,
    clock,
    effects: given.effects ?? NO_BOOKS,
    hookSecret: app.clientSecret,
    watchHours: Number(settings.ZOHO_NOTIFICATION_HOURS ?? WATCH_HOURS),
    atOnce: Number(settings.ZOHO_CONCURRENT_CALLS ?? AT_ONCE),
    ...(settings.ZOHO_WEB_URL && { webUrl: settings.ZOHO_WEB_URL }),
    ...(keeperOf && { ownLogins: { app, keeperOf } }),
    ...(onUsage && { onCost: (cost: number, left: number | undefined) => onUsage(credits(left), cost) }),
  });
}

function authOf({ settings, keeperOf, isLoggedIn }: CrmGiven, app: NonNullable<ReturnType<typeof appOf>>): ZohoAuth {
  const { ZOHO_REFRESH_TOKEN: refreshToken } = settings;
  if (refreshToken) return { kind: 'token', app, refreshToken };
  // The app is the installation's: without a log-in nobody of this workspace uses it.
  return { kind: 'login', app, keeper: isLoggedIn && keeperOf ? keeperOf<Tokens>('') : NOBODY };
}

const NOBODY: Keeper<Tokens> = {
  read: async () => undefined,
  renew: async () => {
    throw new CredentialsRejected('nobody is logged in', { service: SERVICE, code: 'NOT_CONNECTED' });
  },
};

/** Commands that only look write nothing. */
const NO_BOOKS: Effects = {
  once: async () => {
    throw new Error('nothing can be written to Zoho CRM without a database to keep its keys in');
  },
  made: async () => undefined,
};

/** Answers say what is left of the credits from half of them on; how many there are is for the organization to say. */
function creditMeter({ ZOHO_DAILY_CREDITS: daily }: Settings) {
  return (left: number | undefined) =>
    daily && left !== undefined ? { used: Math.max(0, Number(daily) - left), limit: Number(daily) } : undefined;
}

function login(given: Given) {
  const app = appOf(given);
  return app && zohoLogin({ ...app, forWorkspace: isByLogin(given) });
}
