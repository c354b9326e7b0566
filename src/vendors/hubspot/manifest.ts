/** HubSpot, declared. */

import { z } from 'zod';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { DoctorGiven, DoctorLine, SourceGiven, Vendor } from '../vendor.ts';
import { signatureHeaders } from './api/signature.ts';
import { HUBSPOT_EMBED } from './embed.ts';
import { hubspot } from './source.ts';

export const HUBSPOT: Vendor = {
  name: 'hubspot',
  label: 'HubSpot',
  playbook: {
    source: {
      scoreProperty: 'hubspotscore',
      stageProperty: 'lifecyclestage',
      mqlStages: ['marketingqualifiedlead'],
    },
  },
  roles: { source: { make: source } },
  embed: HUBSPOT_EMBED,
  variables: {
    HUBSPOT_ACCESS_TOKEN: {
      schema: secretText.optional(),
      help: 'Token of a HubSpot private or project app, or a service key.',
    },
    HUBSPOT_CLIENT_SECRET: {
      schema: secretText.optional(),
      help: "Client secret of that app: HubSpot's webhooks are signed with it.",
    },
    HUBSPOT_API_URL: {
      shared: true,
      schema: webAddress.default('https://api.hubapi.com'),
      help: 'Base of the HubSpot API.',
      example: 'https://api.hubapi.com',
    },
    HUBSPOT_API_VERSION: {
      shared: true,
      schema: z
        .string()
        .regex(/^(\d{4}-\d{2}|v3)$/, 'must be a date version such as 2026-03')
        .default('2026-03'),
      help: 'Version in the paths of the HubSpot API.',
      example: '2026-03',
    },
  },
  check(given, { missing }) {
    if (given.HUBSPOT_CLIENT_SECRET && !given.PUBLIC_URL) {
      missing('PUBLIC_URL', "HubSpot's signatures are computed over it");
    }
  },
  lacking(given) {
    const missing = ['HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_CLIENT_SECRET', 'PUBLIC_URL'].filter(name => !given[name]);
    return missing.length > 0 ? `HubSpot sends no leads: ${missing.join(', ')} not set` : undefined;
  },
  advice: {
    connect: 'Set HUBSPOT_ACCESS_TOKEN.',
    refused:
      'Give the token the scopes crm.objects.contacts.read and crm.objects.companies.read, or renew it, and set HUBSPOT_ACCESS_TOKEN.',
  },
  doctor,
  sign({ url, body, at, settings }) {
    const secret = settings.HUBSPOT_CLIENT_SECRET ?? '';
    return signatureHeaders({ method: 'POST', url, body, at }, secret);
  },
};

function source({ settings, scoreProperty, stageProperty, ownScore, clock }: SourceGiven) {
  const token = settings.HUBSPOT_ACCESS_TOKEN;
  if (!token) return undefined;
  return hubspot({
    ...(settings.HUBSPOT_API_URL && { apiUrl: settings.HUBSPOT_API_URL }),
    ...(settings.HUBSPOT_API_VERSION && { apiVersion: settings.HUBSPOT_API_VERSION }),
    accessToken: async () => token,
    ...(settings.HUBSPOT_CLIENT_SECRET && { clientSecret: settings.HUBSPOT_CLIENT_SECRET }),
    scoreProperty,
    ...(stageProperty && { stageProperty }),
    ownScore,
    clock,
  });
}

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
