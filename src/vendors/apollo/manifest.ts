/** Apollo, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Vendor } from '../vendor.ts';
import { apollo } from './enricher.ts';

const API_URL = 'https://api.apollo.io/api/v1';

export const APOLLO: Vendor = {
  name: 'apollo',
  label: 'Apollo',
  playbook: { enricher: true },
  roles: {
    enricher: {
      make({ settings, clock }) {
        const apiKey = settings.APOLLO_API_KEY;
        return apiKey ? apollo({ apiUrl: settings.APOLLO_API_URL ?? API_URL, apiKey, clock }) : undefined;
      },
    },
  },
  variables: {
    APOLLO_API_KEY: { schema: secretText.optional(), help: 'Apollo API key.' },
    APOLLO_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Apollo API.',
      example: API_URL,
    },
  },
  advice: { connect: 'Set APOLLO_API_KEY.', refused: 'Renew APOLLO_API_KEY.' },
};
