/** Account Engagement (Pardot), declared. */
import { z } from 'zod';
import { SECOND } from '../../lib/clock.ts';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Given, Settings, SourceGiven, Vendor } from '../vendor.ts';
import { pardotLogin, type Tokens } from './api/oauth.ts';
import { type Access, accessByApp, accessByLogin } from './api/session.ts';
import { pardot } from './source.ts';

const API_URL = 'https://pi.pardot.com';
const LOGIN_URL = 'https://login.salesforce.com';
const WHERE_UNIT = 'Setup › Account Engagement › Business Unit Setup';
const unitId = z
  .string()
  .regex(/^0Uv[0-9A-Za-z]{15}$/, 'must be the 18 characters of a business unit’s ID, which begin with 0Uv');

export const PARDOT: Vendor = {
  name: 'pardot',
  label: 'Account Engagement (Pardot)',
  playbook: { source: { scoreProperty: 'score', nurture: ['list'] } },
  roles: { source: { make: source } },
  // A business unit takes five calls at once from everybody together, which are a few a second.
  pace: () => ({ calls: 50, withinMs: 10 * SECOND }),
  variables: {
    PARDOT_LOGIN_URL: {
      shared: true,
      schema: webAddress.default(LOGIN_URL),
      help: 'Where people log in to Salesforce: https://test.salesforce.com for sandboxes, or your My Domain (needed for client credentials).',
      example: LOGIN_URL,
    },
    PARDOT_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Consumer key of an External Client App with the scope pardot_api; it may be the one of SALESFORCE_CLIENT_ID.',
    },
    PARDOT_CLIENT_SECRET: { shared: true, schema: secretText.optional(), help: 'Its secret.' },
    PARDOT_BUSINESS_UNIT_ID: {
      shared: true,
      schema: unitId.optional(),
      help: `ID of the business unit, 0Uv…: ${WHERE_UNIT}. With it and the secret Baton logs in by itself (client credentials); without it an admin logs in on Home, and an org with one business unit tells which.`,
    },
    PARDOT_FLOW: {
      schema: z.enum(['client_credentials', 'web_server']).optional(),
      help: 'web_server: an admin logs in on Home although PARDOT_BUSINESS_UNIT_ID is set.',
      example: 'web_server',
    },
    PARDOT_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of its API: https://pi.demo.pardot.com for developer orgs and sandboxes.',
      example: API_URL,
    },
  },
  keys: [
    {
      name: 'PARDOT_LOGIN_URL',
      label: 'My Domain',
      hint: 'Salesforce: Setup › My Domain, Current My Domain URL',
      placeholder: 'https://your-company.my.salesforce.com',
      host: /^https:\/\/[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60})?\.my\.salesforce\.com\/?$/i,
    },
    {
      name: 'PARDOT_CLIENT_ID',
      label: 'Consumer key',
      hint: 'Setup › External Client App Manager, your app with the scope pardot_api and the client credentials flow',
    },
    { name: 'PARDOT_CLIENT_SECRET', label: 'Consumer secret', hint: 'On the same page. Baton keeps it sealed.' },
    { name: 'PARDOT_BUSINESS_UNIT_ID', label: 'Business unit ID', hint: WHERE_UNIT, placeholder: '0Uv…' },
  ],
  check(given, { missing }) {
    const { PARDOT_CLIENT_ID, PARDOT_CLIENT_SECRET, PARDOT_BUSINESS_UNIT_ID, PARDOT_FLOW } = given;
    if (!PARDOT_CLIENT_ID && !PARDOT_CLIENT_SECRET) return;
    const needs = (name: string, why: string) => {
      if (!given[name]) missing(name, why);
    };
    needs('PARDOT_CLIENT_ID', 'the secret is of an app');
    if (isByApp(given)) return;
    if (PARDOT_FLOW === 'client_credentials') {
      if (!PARDOT_CLIENT_SECRET) missing('PARDOT_CLIENT_SECRET', 'client credentials need it');
      if (!PARDOT_BUSINESS_UNIT_ID) missing('PARDOT_BUSINESS_UNIT_ID', 'client credentials need it');
      return;
    }
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Salesforce sends people back to it after they logged in');
  },
  advice: {
    connect:
      'Set PARDOT_CLIENT_ID and PARDOT_CLIENT_SECRET to log in from Home, and PARDOT_BUSINESS_UNIT_ID to connect without anybody.',
    refused:
      'Check PARDOT_BUSINESS_UNIT_ID, that the External Client App has the scope pardot_api, and that its user is synced to the business unit.',
  },
  login,
};

/** Baton logs in by itself: with keys that are the workspace's own. */
const isByApp = ({ PARDOT_CLIENT_SECRET: secret, PARDOT_BUSINESS_UNIT_ID: unit, PARDOT_FLOW: flow }: Settings) =>
  Boolean(secret && unit) && flow !== 'web_server';

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>) {
  const { PARDOT_CLIENT_ID: clientId, PARDOT_CLIENT_SECRET: clientSecret } = settings;
  return clientId ? { loginUrl: settings.PARDOT_LOGIN_URL ?? LOGIN_URL, clientId, clientSecret, clock } : undefined;
}

function login(given: Given) {
  const app = appOf(given);
  if (!app) return undefined;
  return pardotLogin({ ...app, forWorkspace: !isByApp(given.own), unitId: given.settings.PARDOT_BUSINESS_UNIT_ID });
}

/** Undefined: nobody connected it. */
function accessOf(given: SourceGiven): Access | undefined {
  const { own, settings, isLoggedIn, keeperOf, clock, shelf } = given;
  const app = appOf(given);
  if (!app) return undefined;
  const unit = settings.PARDOT_BUSINESS_UNIT_ID;
  if (!isLoggedIn && unit && isByApp(own)) return accessByApp({ app, unitId: unit, clock, shelf });
  return isLoggedIn && keeperOf ? accessByLogin(app, keeperOf<Tokens>('')) : undefined;
}

function source(given: SourceGiven) {
  const { settings, scoreProperty, stageProperty, ownerProperty, threshold, ownScore, budget, clock } = given;
  const access = accessOf(given);
  if (!access) return undefined;
  return pardot({
    apiUrl: settings.PARDOT_API_URL ?? API_URL,
    access,
    clock,
    scoreProperty,
    threshold,
    ownScore,
    openContacts: after => given.openContacts(after),
    ...(stageProperty && { stageProperty }),
    ...(ownerProperty && { ownerProperty }),
    ...(budget && { budget }),
  });
}
