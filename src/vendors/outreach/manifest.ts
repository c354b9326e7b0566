/** Outreach, declared. */
import { z } from 'zod';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import { type LoginApp, type RenewedTokens, renewedLogin, renewedTokens } from '../renewed-login.ts';
import type { Given, SequencerGiven, Vendor } from '../vendor.ts';
import { outreachApi, SERVICE } from './api.ts';
import { outreachSequencer } from './sequencer.ts';

const API_URL = 'https://api.outreach.io';
const WEB_URL = 'https://web.outreach.io';
/** Scopes do not add up: each is asked for. */
const SCOPE = 'sequences.read mailboxes.read prospects.all sequenceStates.all users.read';

export const OUTREACH: Vendor = {
  name: SERVICE,
  label: 'Outreach',
  playbook: { sequencer: true },
  roles: { sequencer: { make: sequencer } },
  variables: {
    OUTREACH_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Application ID of your Outreach OAuth app, to connect by logging in on Home. Reps may then add leads to sequences.',
    },
    OUTREACH_CLIENT_SECRET: {
      shared: true,
      schema: secretText.optional(),
      help: 'Application secret of that app.',
    },
    OUTREACH_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Outreach API.',
      example: API_URL,
    },
    OUTREACH_WEB_URL: {
      shared: true,
      schema: webAddress.default(WEB_URL),
      help: 'Where people open Outreach.',
      example: WEB_URL,
    },
  },
  check(given, { missing }) {
    if (!given.OUTREACH_CLIENT_ID) return;
    if (!given.OUTREACH_CLIENT_SECRET) missing('OUTREACH_CLIENT_SECRET', 'Outreach asks for it when somebody logs in');
    if (!given.ENCRYPTION_KEY) missing('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
  },
  login,
  advice: {
    connect: 'Set OUTREACH_CLIENT_ID and OUTREACH_CLIENT_SECRET to log in from Home.',
    refused: 'Log in to Outreach again on Home: a log-in that is not used for 14 days ends.',
  },
};

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>): LoginApp | undefined {
  const { OUTREACH_CLIENT_ID: clientId, OUTREACH_CLIENT_SECRET: clientSecret, OUTREACH_API_URL = API_URL } = settings;
  if (!clientId || !clientSecret) return undefined;
  return {
    service: SERVICE,
    label: 'Outreach',
    loginUrl: OUTREACH_API_URL,
    clientId,
    clientSecret,
    scope: SCOPE,
    clock,
  };
}

const id = z.union([z.number(), z.string()]).transform(String);
/** What the root of the API says of whoever asks (guessed; docs/decisions.md). */
const root = z.object({
  meta: z.object({
    user: z.object({
      id,
      email: z.string().default(''),
      firstName: z.string().default(''),
      lastName: z.string().default(''),
    }),
    org: z.object({ id, name: z.string().default('') }).optional(),
  }),
});

function login(given: Given) {
  const app = appOf(given);
  if (!app) return undefined;
  return renewedLogin(app, async token => {
    const api = outreachApi({ apiUrl: app.loginUrl, tokens: { accessToken: async () => token }, clock: app.clock });
    const { user, org } = (await api.get('', {}, root))?.meta ?? {
      user: { id: '', email: '', firstName: '', lastName: '' },
    };
    const name = [user.firstName, user.lastName].filter(Boolean).join(' ') || user.email;
    return {
      tenant: org?.id ?? user.id,
      account: user.id,
      name,
      email: user.email.toLowerCase(),
      userName: org?.name ?? user.email,
    };
  });
}

function sequencer(given: SequencerGiven) {
  const { settings, isLoggedIn, keeperOf, clock, effects } = given;
  const app = appOf(given);
  if (!app || !isLoggedIn || !keeperOf) return undefined;
  return outreachSequencer({
    apiUrl: app.loginUrl,
    webUrl: settings.OUTREACH_WEB_URL ?? WEB_URL,
    tokens: renewedTokens(app, keeperOf<RenewedTokens>('')),
    clock,
    ...(effects && { effects }),
  });
}
