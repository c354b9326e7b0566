/** Clearbit, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Vendor } from '../vendor.ts';
import { clearbit } from './enricher.ts';

const API_URL = 'https://company.clearbit.com';

export const CLEARBIT: Vendor = {
  name: 'clearbit',
  label: 'Clearbit',
  playbook: { enricher: true },
  roles: {
    enricher: {
      make({ settings, clock }) {
        const apiKey = settings.CLEARBIT_API_KEY;
        return apiKey ? clearbit({ apiUrl: settings.CLEARBIT_API_URL ?? API_URL, apiKey, clock }) : undefined;
      },
    },
  },
  variables: {
    CLEARBIT_API_KEY: { schema: secretText.optional(), help: 'Legacy Clearbit key.' },
    CLEARBIT_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Clearbit API.',
      example: API_URL,
    },
  },
  advice: { connect: 'Set CLEARBIT_API_KEY.', refused: 'Renew CLEARBIT_API_KEY.' },
};
