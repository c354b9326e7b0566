/** Apollo, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Vendor } from '../vendor.ts';
import { apollo } from './enricher.ts';
import { apolloSequencer } from './sequencer.ts';

const API_URL = 'https://api.apollo.io/api/v1';
const WEB_URL = 'https://app.apollo.io';

export const APOLLO: Vendor = {
  name: 'apollo',
  label: 'Apollo',
  playbook: { enricher: true, sequencer: true },
  roles: {
    enricher: {
      make({ settings, clock }) {
        const apiKey = settings.APOLLO_API_KEY;
        return apiKey ? apollo({ apiUrl: settings.APOLLO_API_URL ?? API_URL, apiKey, clock }) : undefined;
      },
    },
    sequencer: {
      make({ settings, clock, effects }) {
        const { APOLLO_API_KEY: apiKey, APOLLO_API_URL: apiUrl = API_URL, APOLLO_WEB_URL: webUrl = WEB_URL } = settings;
        return apiKey ? apolloSequencer({ apiUrl, apiKey, webUrl, clock, ...(effects && { effects }) }) : undefined;
      },
    },
  },
  variables: {
    APOLLO_API_KEY: {
      schema: secretText.optional(),
      help: 'Apollo API key. For sequences a master key: Apollo › Settings › Integrations › API.',
    },
    APOLLO_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Apollo API.',
      example: API_URL,
    },
    APOLLO_WEB_URL: {
      shared: true,
      schema: webAddress.default(WEB_URL),
      help: 'Where people open Apollo.',
      example: WEB_URL,
    },
  },
  keys: [
    {
      name: 'APOLLO_API_KEY',
      label: 'API key',
      hint: 'Apollo › Settings › Integrations › API. Sequences need a master key.',
    },
  ],
  advice: { connect: 'Set APOLLO_API_KEY.', refused: 'Renew APOLLO_API_KEY.' },
};
