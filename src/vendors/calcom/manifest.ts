/** Cal.com, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { Vendor } from '../vendor.ts';
import { SERVICE } from './api.ts';
import { calcom } from './scheduler.ts';

const API_URL = 'https://api.cal.com/v2';
const WEB_URL = 'https://cal.com';

export const CALCOM: Vendor = {
  name: SERVICE,
  label: 'Cal.com',
  roles: {
    scheduler: {
      make({ settings, clock }) {
        const { CALCOM_API_KEY: key, CALCOM_WEBHOOK_SECRET: secret } = settings;
        const { CALCOM_API_URL: apiUrl = API_URL, CALCOM_WEB_URL: webUrl = WEB_URL } = settings;
        return key ? calcom({ apiUrl, webUrl, key, clock, ...(secret && { secret }) }) : undefined;
      },
    },
  },
  variables: {
    CALCOM_API_KEY: {
      schema: secretText.optional(),
      help: 'Cal.com API key: Settings › Developer › API keys. Booked meetings then count, and first answers carry a link that can be booked once.',
    },
    CALCOM_WEBHOOK_SECRET: {
      schema: secretText.optional(),
      help: 'Only for a Cal.com webhook that you made yourself: its secret. Baton makes its webhook and secret by itself.',
    },
    CALCOM_API_URL: {
      shared: true,
      schema: webAddress.default(API_URL),
      help: 'Base of the Cal.com API; another for a Cal.com of your own.',
      example: API_URL,
    },
    CALCOM_WEB_URL: {
      shared: true,
      schema: webAddress.default(WEB_URL),
      help: 'Where Cal.com’s booking pages are; another for a Cal.com of your own.',
      example: WEB_URL,
    },
  },
  keys: [
    {
      name: 'CALCOM_API_KEY',
      label: 'API key',
      hint: 'Cal.com › Settings › Developer › API keys, of whoever offers the meetings.',
    },
  ],
  advice: { connect: 'Set CALCOM_API_KEY.', refused: 'Renew CALCOM_API_KEY.' },
};
