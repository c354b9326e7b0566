/** HubSpot, declared. */

import { z } from 'zod';
import type { AppHook } from '../../contracts/app-hook.ts';
import type { AppWebhooks } from '../../contracts/app-webhooks.ts';
import type { CallPace } from '../../contracts/shared-calls.ts';
import { SECOND } from '../../lib/clock.ts';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type {
  CrmGiven,
  DoctorGiven,
  DoctorLine,
  Given,
  SequencerGiven,
  Settings,
  SourceGiven,
  Vendor,
} from '../vendor.ts';
import { hubspotAppHook } from './api/app-hook.ts';
import { hubspotAppWebhooks } from './api/app-webhooks.ts';
import { hubspotLogin, type OAuthApp, type Tokens, tokenSource } from './api/oauth.ts';
import { signatureHeaders } from './api/signature.ts';
import { hubspotCrm } from './crm.ts';
import { HUBSPOT_EMBED } from './embed.ts';
import { VOCABULARY } from './playbook.ts';
import { hubspotSequencer } from './sequencer.ts';
import { hubspot } from './source.ts';

const API_URL = 'https://api.hubapi.com';
const API_VERSION = '2026-03';
/** For legacy public apps; the specification of 2026-09 has it at `/app-webhooks/2026-09`. */
const WEBHOOKS_PATH = '/webhooks/2026-03';
/** What every plan takes from an app (developers.hubspot.com, Usage details and guidelines). */
const CALLS_PER_10_SECONDS = '100';
const WEB_URL = 'https://{domain}';
const APP_URL = 'https://app.hubspot.com';

export const HUBSPOT: Vendor = {
  name: 'hubspot',
  label: 'HubSpot',
  playbook: {
    source: {
      scoreProperty: 'hubspotscore',
      stageProperty: 'lifecyclestage',
      mqlStages: ['marketingqualifiedlead'],
      nurture: ['list', 'property'],
    },
    crm: VOCABULARY,
    sequencer: true,
  },
  roles: { source: { make: source }, crm: { make: crm }, sequencer: { make: sequencer } },
  pace,
  embed: HUBSPOT_EMBED,
  variables: {
    HUBSPOT_ACCESS_TOKEN: {
      schema: secretText.optional(),
      help: 'Token of a HubSpot private or project app, or a service key.',
    },
    HUBSPOT_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Client ID of your public HubSpot app, to connect by logging in instead.',
    },
    HUBSPOT_CLIENT_SECRET: {
      shared: true,
      schema: secretText.optional(),
      help: "Client secret of that app: HubSpot's webhooks are signed with it.",
    },
    HUBSPOT_APP_ID: {
      shared: true,
      schema: z
        .string()
        .regex(/^\d{1,15}$/, 'must be the number of the app')
        .optional(),
      help: 'ID of that app, so that Baton sets its webhooks (npm run webhooks).',
    },
    HUBSPOT_DEVELOPER_KEY: {
      shared: true,
      schema: secretText.optional(),
      help: 'API key of the developer account that the app is in, for the same.',
    },
    HUBSPOT_WEBHOOKS_PATH: {
      shared: true,
      schema: z
        .string()
        .regex(/^\/[\w/-]+$/, 'must be a path such as /webhooks/2026-03')
        .default(WEBHOOKS_PATH),
      help: "Path of HubSpot's webhooks API, before the app's ID.",
      example: WEBHOOKS_PATH,
    },
    HUBSPOT_APP_URL: {
      shared: true,
      schema: webAddress.default(APP_URL),
      help: 'Where people install the app in HubSpot.',
      example: APP_URL,
    },
    HUBSPOT_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the HubSpot API.',
      example: API_URL,
    },
    HUBSPOT_API_VERSION: {
      shared: true,
      schema: z
        .string()
        .regex(/^(\d{4}-\d{2}|v3)$/, 'must be a date version such as 2026-03')
        .default(API_VERSION),
      help: 'Version in the paths of the HubSpot API.',
      example: API_VERSION,
    },
    HUBSPOT_CALLS_PER_10_SECONDS: {
      shared: true,
      schema: z
        .string()
        .regex(/^(0|[1-9]\d{1,5})$/, 'must be a whole number from 10 on, or 0')
        .default(CALLS_PER_10_SECONDS),
      help: 'Calls that HubSpot takes from Baton for one account in ten seconds (190 from Professional on, 250 with the API add-on); 0: Baton does not count.',
      example: CALLS_PER_10_SECONDS,
    },
    HUBSPOT_WEB_URL: {
      shared: true,
      schema: z
        .string()
        .regex(/^https?:\/\/[^\s/]+/, 'must be an http(s) address')
        .default(WEB_URL),
      help: 'Where people open HubSpot; {domain} stands for the host that the account is kept at.',
      example: WEB_URL,
    },
  },
  keys: [
    {
      name: 'HUBSPOT_ACCESS_TOKEN',
      label: 'Access token',
      hint: 'HubSpot: Development, your app, Auth. It needs to read and write contacts, and read companies and owners.',
      placeholder: 'pat-na1-…',
    },
    {
      name: 'HUBSPOT_CLIENT_SECRET',
      label: 'Client secret',
      hint: 'On the same page. Without it webhooks are trusted by their address alone.',
      optional: true,
    },
  ],
  check(given, { missing }) {
    if (given.HUBSPOT_CLIENT_SECRET && !given.PUBLIC_URL) {
      missing('PUBLIC_URL', "HubSpot's signatures are computed over it");
    }
    if (given.HUBSPOT_APP_ID && !given.HUBSPOT_DEVELOPER_KEY)
      missing('HUBSPOT_DEVELOPER_KEY', 'it sets the webhooks of HUBSPOT_APP_ID');
    if (given.HUBSPOT_DEVELOPER_KEY && !given.HUBSPOT_APP_ID)
      missing('HUBSPOT_APP_ID', 'HUBSPOT_DEVELOPER_KEY sets webhooks of an app');
    if (!given.HUBSPOT_CLIENT_ID || given.HUBSPOT_ACCESS_TOKEN) return;
    if (!given.HUBSPOT_CLIENT_SECRET) missing('HUBSPOT_CLIENT_SECRET', 'HubSpot asks for it when somebody logs in');
    if (!given.ENCRYPTION_KEY) missing('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
  },
  login,
  appHook,
  appWebhooks,
  lacking(given) {
    if (given.HUBSPOT_CLIENT_ID) return undefined;
    const missing = ['HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_CLIENT_SECRET', 'PUBLIC_URL'].filter(name => !given[name]);
    return missing.length > 0 ? `HubSpot sends no leads: ${missing.join(', ')} not set` : undefined;
  },
  advice: {
    connect: 'Set HUBSPOT_ACCESS_TOKEN, or HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET to log in from Home.',
    refused:
      'Give the token the scopes crm.objects.contacts.read and crm.objects.companies.read (as the CRM also those that docs/operating.md lists), or renew it, and set HUBSPOT_ACCESS_TOKEN.',
  },
  setup: {
    makes: `properties of contacts, companies, deals, leads, calls, e-mails and tasks (by the names of the playbook's
crm.fields), their options, and the label of crm.opportunity.contact_role.`,
    needs: `Baton's token needs the scopes crm.schemas.….write while this runs.`,
  },
  doctor,
  sign({ url, body, at, settings }) {
    const secret = settings.HUBSPOT_CLIENT_SECRET ?? '';
    return signatureHeaders({ method: 'POST', url, body, at }, secret);
  },
};

/** The app that every portal installs, where the installation has one and the workspace no token of its own. */
function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>): OAuthApp | undefined {
  const { HUBSPOT_CLIENT_ID: clientId, HUBSPOT_CLIENT_SECRET: clientSecret } = settings;
  if (!clientId || !clientSecret || settings.HUBSPOT_ACCESS_TOKEN) return undefined;
  const { HUBSPOT_API_URL: apiUrl = API_URL, HUBSPOT_APP_URL: appUrl = APP_URL } = settings;
  return { apiUrl, appUrl, clientId, clientSecret, clock };
}

function login(given: Given) {
  const app = appOf(given);
  return app && hubspotLogin(app);
}

function appHook(given: Given): AppHook | undefined {
  const app = appOf(given);
  return app && hubspotAppHook(app.clientSecret);
}

function appWebhooks(given: Given): AppWebhooks | undefined {
  const app = appOf(given);
  if (!app) return undefined;
  const { HUBSPOT_APP_ID: appId, HUBSPOT_DEVELOPER_KEY: developerKey } = given.settings;
  const { HUBSPOT_WEBHOOKS_PATH: path = WEBHOOKS_PATH } = given.settings;
  const missing = [...(appId ? [] : ['HUBSPOT_APP_ID']), ...(developerKey ? [] : ['HUBSPOT_DEVELOPER_KEY'])];
  const { apiUrl, clock } = app;
  return hubspotAppWebhooks(appId && developerKey ? { apiUrl, path, appId, developerKey, clock } : undefined, missing);
}

/** A fifth of the calls may come at once, so that ten seconds never have more than all. */
function pace({ HUBSPOT_CALLS_PER_10_SECONDS: given = CALLS_PER_10_SECONDS }: Settings): CallPace | undefined {
  const atOnce = Math.floor(Number(given) / 5);
  return atOnce === 0 ? undefined : { calls: Number(given) - atOnce, withinMs: 10 * SECOND, atOnce };
}

/** How calls are authorised, and what proves a webhook; undefined: nobody connected HubSpot. */
function accessOf(given: SourceGiven | CrmGiven | SequencerGiven) {
  const { settings, own, isLoggedIn, keeperOf } = given;
  const token = settings.HUBSPOT_ACCESS_TOKEN;
  if (token) {
    // The installation's app signs nothing of an account that has an app of its own.
    const secret = own.HUBSPOT_CLIENT_SECRET;
    return { accessToken: async () => token, isPrivateApp: true, ...(secret && { clientSecret: secret }) };
  }
  const app = appOf(given);
  if (!app || !isLoggedIn || !keeperOf) return undefined;
  return { ...tokenSource(app, keeperOf<Tokens>('')), clientSecret: app.clientSecret };
}

function source(given: SourceGiven) {
  const { settings, scoreProperty, stageProperty, ownScore, clock, budget } = given;
  const access = accessOf(given);
  if (!access) return undefined;
  return hubspot({
    ...placeOf(settings),
    ...access,
    scoreProperty,
    ...(stageProperty && { stageProperty }),
    ownScore,
    clock,
    ...(budget && { budget }),
  });
}

function crm(given: CrmGiven) {
  const { settings, rules, clock, onUsage, budget } = given;
  const access = accessOf(given);
  if (!access) return undefined;
  return hubspotCrm({
    ...placeOf(settings),
    webUrl: settings.HUBSPOT_WEB_URL ?? WEB_URL,
    ...access,
    rules,
    clock,
    ...(onUsage && { onUsage }),
    ...(budget && { budget }),
  });
}

function sequencer(given: SequencerGiven) {
  const { settings, clock, budget } = given;
  const access = accessOf(given);
  if (!access) return undefined;
  const { clientSecret: _ofHooks, ...calls } = access;
  const webUrl = settings.HUBSPOT_WEB_URL ?? WEB_URL;
  return hubspotSequencer({ ...placeOf(settings), webUrl, ...calls, clock, ...(budget && { budget }) });
}

const placeOf = (settings: Settings) => ({
  apiUrl: settings.HUBSPOT_API_URL ?? API_URL,
  apiVersion: settings.HUBSPOT_API_VERSION ?? API_VERSION,
});

async function doctor({ settings }: DoctorGiven): Promise<DoctorLine[]> {
  if (settings.HUBSPOT_CLIENT_SECRET) return [];
  return [
    {
      level: 'warning',
      what: 'webhooks are trusted by their address alone',
      fix: 'Set HUBSPOT_CLIENT_SECRET: then their signatures are checked.',
    },
  ];
}
