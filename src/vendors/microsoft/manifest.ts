/** Microsoft, declared: people's mailboxes at Microsoft 365, to send from. */
import { z } from 'zod';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Given, Vendor } from '../vendor.ts';
import { LABEL, microsoftLogin, SERVICE } from './login.ts';
import { outlook } from './mailbox.ts';

const LOGIN_URL = 'https://login.microsoftonline.com';
const API_URL = 'https://graph.microsoft.com';
const ANY_DIRECTORY = 'organizations';

function appOf({ settings, clock }: Pick<Given, 'settings' | 'clock'>) {
  const { MICROSOFT_CLIENT_ID: clientId, MICROSOFT_CLIENT_SECRET: clientSecret } = settings;
  const { MICROSOFT_LOGIN_URL: loginUrl = LOGIN_URL, MICROSOFT_API_URL: apiUrl = API_URL } = settings;
  const { MICROSOFT_DIRECTORY: directory = ANY_DIRECTORY } = settings;
  return clientId && clientSecret ? { loginUrl, directory, apiUrl, clientId, clientSecret, clock } : undefined;
}

export const MICROSOFT: Vendor = {
  name: SERVICE,
  label: LABEL,
  roles: {
    mailbox: {
      make(given) {
        const app = appOf(given);
        return app && outlook(app, given.keeperOf);
      },
    },
  },
  variables: {
    MICROSOFT_CLIENT_ID: {
      shared: true,
      schema: secretText.optional(),
      help: 'Application (client) ID of an app registration in Microsoft Entra with the delegated permission Mail.Send: reps then connect their own mailbox on Home, to send from.',
    },
    MICROSOFT_CLIENT_SECRET: {
      shared: true,
      schema: secretText.optional(),
      help: 'Value of one of its client secrets.',
    },
    MICROSOFT_DIRECTORY: {
      shared: true,
      schema: z
        .string()
        .regex(/^[\w.-]+$/, 'must be a directory (tenant) ID, a domain, or organizations')
        .default(ANY_DIRECTORY),
      help: 'Directory (tenant) ID whose people may log in; organizations: those of any.',
      example: ANY_DIRECTORY,
    },
    MICROSOFT_LOGIN_URL: {
      shared: true,
      schema: webAddress.default(LOGIN_URL),
      help: 'Where people log in to Microsoft; national clouds have another.',
      example: LOGIN_URL,
    },
    MICROSOFT_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of Microsoft Graph.',
      example: API_URL,
    },
  },
  check(given, { missing }) {
    if (!given.MICROSOFT_CLIENT_ID && !given.MICROSOFT_CLIENT_SECRET) return;
    const needs = (name: string, why: string) => {
      if (!given[name]) missing(name, why);
    };
    needs('MICROSOFT_CLIENT_ID', 'the secret is of an app');
    needs('MICROSOFT_CLIENT_SECRET', 'Microsoft asks for it whenever a token is traded');
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Microsoft sends people back to it after they logged in');
  },
  login(given) {
    const app = appOf(given);
    return app && microsoftLogin(app);
  },
  advice: {
    connect: 'Set MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET.',
    refused: 'The rep connects their mailbox again on Home.',
  },
};
