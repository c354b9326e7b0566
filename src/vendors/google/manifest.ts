/** Google, declared: people's Gmail, to send from. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Given, Vendor } from '../vendor.ts';
import { googleLogin, LABEL, SERVICE } from './login.ts';
import { gmail } from './mailbox.ts';

const LOGIN_URL = 'https://accounts.google.com';
const TOKEN_URL = 'https://oauth2.googleapis.com';
const API_URL = 'https://gmail.googleapis.com';

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>) {
  const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret } = settings;
  const { GOOGLE_LOGIN_URL: loginUrl = LOGIN_URL, GOOGLE_TOKEN_URL: tokenUrl = TOKEN_URL } = settings;
  const { GMAIL_API_URL: apiUrl = API_URL } = settings;
  return clientId && clientSecret ? { loginUrl, tokenUrl, apiUrl, clientId, clientSecret, clock } : undefined;
}

export const GOOGLE: Vendor = {
  name: SERVICE,
  label: LABEL,
  roles: {
    mailbox: {
      make(given) {
        const app = appOf(given);
        return app && gmail(app, given.keeperOf);
      },
    },
  },
  variables: {
    GOOGLE_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'OAuth client of Google Cloud (Web application, with the Gmail API enabled): reps then connect their own Gmail on Home, to send from.',
    },
    GOOGLE_CLIENT_SECRET: { shared: true, schema: secretText.optional(), help: 'Its client secret.' },
    GOOGLE_LOGIN_URL: {
      shared: true,
      schema: webAddress.default(LOGIN_URL),
      help: 'Where people log in to Google.',
      example: LOGIN_URL,
    },
    GOOGLE_TOKEN_URL: {
      shared: true,
      schema: webAddress.default(TOKEN_URL),
      help: 'Where Google trades tokens.',
      example: TOKEN_URL,
    },
    GMAIL_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Gmail API.',
      example: API_URL,
    },
  },
  check(given, { missing }) {
    if (!given.GOOGLE_CLIENT_ID && !given.GOOGLE_CLIENT_SECRET) return;
    const needs = (name: string, why: string) => {
      if (!given[name]) missing(name, why);
    };
    needs('GOOGLE_CLIENT_ID', 'the secret is of a client');
    needs('GOOGLE_CLIENT_SECRET', 'Google asks for it whenever a token is traded');
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Google sends people back to it after they logged in');
  },
  login(given) {
    const app = appOf(given);
    return app && googleLogin(app);
  },
  advice: {
    connect: 'Set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.',
    refused: 'The rep connects their Gmail again on Home.',
  },
};
