/** HubSpot, declared. */

import { z } from 'zod';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { CrmGiven, DoctorGiven, DoctorLine, Settings, SourceGiven, Vendor } from '../vendor.ts';
import { signatureHeaders } from './api/signature.ts';
import { hubspotCrm } from './crm.ts';
import { VOCABULARY } from './playbook.ts';
import { hubspot } from './source.ts';

const API_URL = 'https://api.hubapi.com';
const API_VERSION = '2026-03';
const WEB_URL = 'https://{domain}';

export const HUBSPOT: Vendor = {
  name: 'hubspot',
  label: 'HubSpot',
  playbook: {
    source: {
      scoreProperty: 'hubspotscore',
      stageProperty: 'lifecyclestage',
      mqlStages: ['marketingqualifiedlead'],
    },
    crm: VOCABULARY,
  },
  roles: { source: { make: source }, crm: { make: crm } },
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
      schema: webAddress.default(API_URL),
      help: 'Base of the HubSpot API.',
      example: API_URL,
    },
    HUBSPOT_API_VERSION: {
      shared: true,
      schema: z
        .string()
        .regex(/^(\d{4}-\d{2}|v3)$/, 'must be a date version such as 2026-03')
        .default(API_VERSION),
      help: 'Version in the paths of the HubSpot API.',
      example: API_VERSION,
    },
    HUBSPOT_WEB_URL: {
      shared: true,
      schema: z
        .string()
        .regex(/^https?:\/\/[^\s/]+/, 'must be an http(s) address')
        .default(WEB_URL),
      help: 'Where people open HubSpot; {domain} stands for the host that the account is kept at.',
      example: WEB_URL,
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
      'Give the token the scopes crm.objects.contacts.read and crm.objects.companies.read (as the CRM also those that docs/operating.md lists), or renew it, and set HUBSPOT_ACCESS_TOKEN.',
  },
  setup: {
    makes: `properties of contacts, companies, deals, leads, calls, e-mails and tasks (by the names of the playbook's
crm.fields), their options, and the label of crm.opportunity.contact_role.`,
    needs: `Baton's token needs the scopes crm.schemas.….write while this runs.`,
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
    ...placeOf(settings),
    accessToken: async () => token,
    ...(settings.HUBSPOT_CLIENT_SECRET && { clientSecret: settings.HUBSPOT_CLIENT_SECRET }),
    scoreProperty,
    ...(stageProperty && { stageProperty }),
    ownScore,
    clock,
  });
}

function crm({ settings, rules, clock, onUsage }: CrmGiven) {
  const token = settings.HUBSPOT_ACCESS_TOKEN;
  if (!token) return undefined;
  return hubspotCrm({
    ...placeOf(settings),
    webUrl: settings.HUBSPOT_WEB_URL ?? WEB_URL,
    accessToken: async () => token,
    ...(settings.HUBSPOT_CLIENT_SECRET && { clientSecret: settings.HUBSPOT_CLIENT_SECRET }),
    rules,
    clock,
    ...(onUsage && { onUsage }),
  });
}

const placeOf = (settings: Settings) => ({
  apiUrl: settings.HUBSPOT_API_URL ?? API_URL,
  apiVersion: settings.HUBSPOT_API_VERSION ?? API_VERSION,
});

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
