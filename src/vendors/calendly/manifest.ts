/** Calendly, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Vendor } from '../vendor.ts';
import { SERVICE } from './api.ts';
import { calendly } from './scheduler.ts';

const API_URL = 'https://api.calendly.com';

export const CALENDLY: Vendor = {
  name: SERVICE,
  label: 'Calendly',
  roles: {
    scheduler: {
      make({ settings, clock }) {
        const {
          CALENDLY_TOKEN: token,
          CALENDLY_SIGNING_KEY: signingKey,
          CALENDLY_API_URL: apiUrl = API_URL,
        } = settings;
        return token ? calendly({ apiUrl, token, clock, ...(signingKey && { signingKey }) }) : undefined;
      },
    },
  },
  variables: {
    CALENDLY_TOKEN: {
      schema: secretText.optional(),
      help: 'Personal access token of an owner or admin: Calendly › Integrations & apps › API and webhooks. Booked meetings then count, and first answers carry a link that can be booked once.',
    },
    CALENDLY_SIGNING_KEY: {
      schema: secretText.optional(),
      help: 'Only for a Calendly webhook that you made yourself: its signing key. Baton makes its webhook and key by itself.',
    },
    CALENDLY_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Calendly API.',
      example: API_URL,
    },
  },
  keys: [
    {
      name: 'CALENDLY_TOKEN',
      label: 'Personal access token',
      hint: 'Calendly › Integrations & apps › API and webhooks, as an owner or admin. Webhooks need a paid plan.',
    },
  ],
  advice: { connect: 'Set CALENDLY_TOKEN.', refused: 'Renew CALENDLY_TOKEN.' },
};
