/** Salesloft, declared. */
import { z } from 'zod';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import { type LoginApp, type RenewedTokens, renewedLogin, renewedTokens, type TokenSource } from '../renewed-login.ts';
import type { Given, SequencerGiven, Vendor } from '../vendor.ts';
import { SERVICE, salesloftApi } from './api.ts';
import { salesloftSequencer } from './sequencer.ts';

const API_URL = 'https://api.salesloft.com';
const LOGIN_URL = 'https://accounts.salesloft.com';
const WEB_URL = 'https://app.salesloft.com';

export const SALESLOFT: Vendor = {
  name: SERVICE,
  label: 'Salesloft',
  playbook: { sequencer: true },
  roles: { sequencer: { make: sequencer } },
  variables: {
    SALESLOFT_API_KEY: {
      schema: secretText.optional(),
      help: 'API key of Salesloft: Your Applications › API Keys, with the scopes of people, cadences and users. Reps may then add leads to cadences.',
    },
    SALESLOFT_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Application ID of your Salesloft OAuth application, to connect by logging in instead.',
    },
    SALESLOFT_CLIENT_SECRET: { shared: true, schema: secretText.optional(), help: 'Secret of that application.' },
    SALESLOFT_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Salesloft API.',
      example: API_URL,
    },
    SALESLOFT_LOGIN_URL: {
      shared: true,
      schema: webAddress.default(LOGIN_URL),
      help: 'Where people log in to Salesloft.',
      example: LOGIN_URL,
    },
    SALESLOFT_WEB_URL: {
      shared: true,
      schema: webAddress.default(WEB_URL),
      help: 'Where people open Salesloft.',
      example: WEB_URL,
    },
  },
  keys: [
    {
      name: 'SALESLOFT_API_KEY',
      label: 'API key',
      hint: 'Salesloft › Your Applications › API Keys, with the scopes of people, cadences and users.',
    },
  ],
  check(given, { missing }) {
    if (!given.SALESLOFT_CLIENT_ID || given.SALESLOFT_API_KEY) return;
    if (!given.SALESLOFT_CLIENT_SECRET) {
      missing('SALESLOFT_CLIENT_SECRET', 'Salesloft asks for it when somebody logs in');
    }
    if (!given.ENCRYPTION_KEY) missing('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
  },
  login,
  advice: {
    connect: 'Set SALESLOFT_API_KEY, or SALESLOFT_CLIENT_ID and SALESLOFT_CLIENT_SECRET to log in from Home.',
    refused: 'Renew SALESLOFT_API_KEY, or log in again on Home.',
  },
};

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>): LoginApp | undefined {
  const { SALESLOFT_CLIENT_ID: clientId, SALESLOFT_CLIENT_SECRET: clientSecret } = settings;
  if (!clientId || !clientSecret || settings.SALESLOFT_API_KEY) return undefined;
  const loginUrl = settings.SALESLOFT_LOGIN_URL ?? LOGIN_URL;
  return { service: SERVICE, label: 'Salesloft', loginUrl, clientId, clientSecret, clock };
}

const id = z.union([z.number(), z.string()]).transform(String);
const me = z.object({
  data: z.object({
    id,
    email: z.string().default(''),
    name: z.string().nullish(),
    team: z.object({ id, name: z.string().nullish() }).nullish(),
  }),
});

function login(given: Given) {
  const app = appOf(given);
  if (!app) return undefined;
  return renewedLogin(app, async token => {
    const api = salesloftApi({ ...placeOf(given), tokens: { accessToken: async () => token }, clock: app.clock });
    const { id: account, email, name, team } = me.parse(await api({ path: '/me' }, me)).data;
    return {
      tenant: team?.id ?? account,
      account,
      name: name ?? email,
      email: email.toLowerCase(),
      userName: team?.name ?? email,
    };
  });
}

function sequencer(given: SequencerGiven) {
  const { settings, clock } = given;
  const tokens = tokensOf(given);
  const webUrl = settings.SALESLOFT_WEB_URL ?? WEB_URL;
  return tokens && salesloftSequencer({ ...placeOf(given), webUrl, tokens, clock });
}

function tokensOf(given: SequencerGiven): TokenSource | undefined {
  const { settings, isLoggedIn, keeperOf } = given;
  const key = settings.SALESLOFT_API_KEY;
  if (key) return { accessToken: async () => key };
  const app = appOf(given);
  return app && isLoggedIn && keeperOf ? renewedTokens(app, keeperOf<RenewedTokens>('')) : undefined;
}

const placeOf = ({ settings }: Pick<Given, 'settings'>) => ({ apiUrl: settings.SALESLOFT_API_URL ?? API_URL });
