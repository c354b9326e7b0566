/** Salesforce, declared. */
import { z } from 'zod';
import { filledText, secretText, webAddress } from '../../lib/env-variable.ts';
import { CredentialsRejected } from '../../lib/errors.ts';
import type { CrmGiven, Given, Settings, Vendor } from '../vendor.ts';
import { salesforceLogin } from './api/oauth.ts';
import type { TokenKeeper } from './api/tokens.ts';
import { type SalesforceAuth, salesforce } from './crm.ts';
import { VOCABULARY } from './playbook.ts';

export const SALESFORCE: Vendor = {
  name: 'salesforce',
  label: 'Salesforce',
  playbook: { crm: VOCABULARY },
  roles: { crm: { make: crm } },
  variables: {
    SALESFORCE_LOGIN_URL: {
      shared: true,
      schema: webAddress.default('https://login.salesforce.com'),
      help: 'Login host: https://test.salesforce.com for sandboxes, or your My Domain (needed for client credentials).',
      placeholder: 'https://your-company.my.salesforce.com',
    },
    SALESFORCE_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Consumer key of your External Client App.',
    },
    SALESFORCE_FLOW: {
      schema: z.enum(['client_credentials', 'jwt', 'web_server']).optional(),
      help: 'How Baton logs in: client_credentials, jwt, or web_server (an admin connects it on Home). Left out: jwt when USERNAME or PRIVATE_KEY is given, else client_credentials.',
      example: 'web_server',
    },
    SALESFORCE_CLIENT_SECRET: {
      shared: true,
      schema: secretText.optional(),
      help: 'Its secret, for the client credentials flow, and for web_server when the app requires one.',
    },
    SALESFORCE_USERNAME: { schema: filledText.optional(), help: 'User to act as, for the JWT bearer flow.' },
    SALESFORCE_PRIVATE_KEY: {
      schema: z
        .string()
        .regex(/PRIVATE KEY/, 'must be a PEM private key (\\n for line breaks is fine)')
        .optional(),
      help: 'PEM private key of the JWT bearer flow.',
    },
  },
  check,
  lacking: given =>
    given.SALESFORCE_CLIENT_ID
      ? undefined
      : 'Salesforce gets no records: SALESFORCE_CLIENT_ID not set, nor a way to log in (SALESFORCE_CLIENT_SECRET, or SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY, or SALESFORCE_FLOW=web_server with ENCRYPTION_KEY and PUBLIC_URL)',
  advice: {
    connect: 'Set SALESFORCE_CLIENT_ID and a way to log in.',
    refused:
      'Check SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and the way to log in; see that the External Client App allows it.',
  },
  setup: {
    makes: `fields (by the names of the playbook's crm.fields), the permission set
Baton, assigned to Baton's user, outbound messages with their flows, list views and a report type.`,
    needs: `Baton's user needs "Modify Metadata Through Metadata API Functions", "Customize Application", "Manage Flow" and
"Assign Permission Sets" while this runs.`,
  },
  login,
};

/** What each flow needs, whether it was named or follows from what is given. */
function check(given: Settings, { missing, wrong }: Parameters<NonNullable<Vendor['check']>>[1]): void {
  const isUserNamed = Boolean(given.SALESFORCE_USERNAME || given.SALESFORCE_PRIVATE_KEY);
  const flow = given.SALESFORCE_FLOW ?? (isUserNamed ? 'jwt' : 'client_credentials');
  const needs = (name: string, why: string) => {
    if (!given[name]) missing(name, why);
  };
  const isWanted = given.SALESFORCE_FLOW || given.SALESFORCE_CLIENT_SECRET || isUserNamed;
  if (isWanted) needs('SALESFORCE_CLIENT_ID', 'the other SALESFORCE_ variables need it');
  if (!isWanted && !given.SALESFORCE_CLIENT_ID) return;
  if (flow === 'jwt') {
    needs('SALESFORCE_PRIVATE_KEY', 'the JWT bearer flow needs it');
    needs('SALESFORCE_USERNAME', 'the JWT bearer flow needs it');
  }
  if (flow === 'client_credentials') {
    needs(
      'SALESFORCE_CLIENT_SECRET',
      'client credentials need it (or USERNAME and PRIVATE_KEY for JWT bearer, or SALESFORCE_FLOW=web_server to log in)',
    );
  }
  if (flow === 'web_server') {
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Salesforce sends people back to it after they logged in');
    if (given.PUBLIC_URL && !isSecureOrLocal(given.PUBLIC_URL)) {
      wrong(
        'PUBLIC_URL',
        'must start with https://: Salesforce sends people back to nothing else (http only for localhost)',
      );
    }
  }
}

function isSecureOrLocal(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function flowOf({ settings, own, isLoggedIn }: Pick<Given, 'settings' | 'own' | 'isLoggedIn'>) {
  if (settings.SALESFORCE_FLOW) return settings.SALESFORCE_FLOW;
  if (settings.SALESFORCE_PRIVATE_KEY) return 'jwt';
  // The secret of the app that all workspaces log in through acts by itself in one organization: its owner's.
  return isLoggedIn || !own.SALESFORCE_CLIENT_SECRET ? 'web_server' : 'client_credentials';
}

function crm(given: CrmGiven) {
  const { settings, rules, clock, keeperOf, onUsage } = given;
  const clientId = settings.SALESFORCE_CLIENT_ID;
  if (!clientId) return undefined;
  const clientSecret = settings.SALESFORCE_CLIENT_SECRET;
  return salesforce({
    loginUrl: loginUrlOf(settings),
    auth: authOf(given, clientId, keeperOf?.('') ?? NOBODY),
    fields: Object.fromEntries(Object.entries(rules.fields).map(([name, field]) => [name, field ?? null])),
    rules,
    clock,
    ...(keeperOf && { personalLogins: { clientId, ...(clientSecret && { clientSecret }), keeperOf } }),
    ...(onUsage && { onUsage: meters => onUsage(meters['api-usage']) }),
  });
}

const loginUrlOf = (settings: Settings) => settings.SALESFORCE_LOGIN_URL ?? 'https://login.salesforce.com';

/** Without a store nobody is logged in: what only needs to know which vendors there are asks for none. */
const NOBODY: TokenKeeper = {
  read: async () => undefined,
  renew: async () => {
    throw new CredentialsRejected('nobody is logged in', { service: 'salesforce', code: 'NOT_CONNECTED' });
  },
};

function authOf(given: CrmGiven, clientId: string, keeper: TokenKeeper): SalesforceAuth {
  const { settings } = given;
  const clientSecret = settings.SALESFORCE_CLIENT_SECRET;
  switch (flowOf(given)) {
    case 'web_server':
      return { kind: 'tokens', clientId, ...(clientSecret && { clientSecret }), keeper };
    case 'jwt':
      return {
        kind: 'jwt',
        clientId,
        username: settings.SALESFORCE_USERNAME ?? '',
        privateKey: (settings.SALESFORCE_PRIVATE_KEY ?? '').replaceAll('\\n', '\n'),
      };
    default:
      return { kind: 'client_credentials', clientId, clientSecret: clientSecret ?? '' };
  }
}

function login(given: Given) {
  const { settings, clock } = given;
  if (!settings.SALESFORCE_CLIENT_ID) return undefined;
  return salesforceLogin({
    loginUrl: loginUrlOf(settings),
    clientId: settings.SALESFORCE_CLIENT_ID,
    clientSecret: settings.SALESFORCE_CLIENT_SECRET,
    clock,
    forWorkspace: flowOf(given) === 'web_server',
  });
}
