/** Marketo, declared. */
import { z } from 'zod';
import { SECOND } from '../../lib/clock.ts';
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { SourceGiven, Vendor } from '../vendor.ts';
import { MARKETO_EMBED } from './embed.ts';
import { DAILY_CALLS, marketo } from './source.ts';

const WHERE = 'Admin › Integration › LaunchPoint › your service › View Details';

export const MARKETO: Vendor = {
  name: 'marketo',
  label: 'Marketo',
  playbook: {
    source: {
      scoreProperty: 'leadScore',
      stageProperty: 'leadStatus',
      mqlStages: ['MQL'],
      nurture: ['campaign', 'list'],
    },
  },
  roles: { source: { make: source } },
  // An instance takes 100 calls in 20 seconds from everybody together, and asks each integration to keep to half of them.
  pace: () => ({ calls: 50, withinMs: 20 * SECOND }),
  embed: MARKETO_EMBED,
  variables: {
    MARKETO_API_URL: {
      schema: webAddress.optional(),
      help: 'REST API endpoint of the Marketo instance: Admin › Integration › Web Services, such as https://123-ABC-456.mktorest.com.',
    },
    MARKETO_CLIENT_ID: {
      schema: secretText.optional(),
      help: `Client Id of a Marketo custom service for an API-only user: ${WHERE}.`,
    },
    MARKETO_CLIENT_SECRET: { schema: secretText.optional(), help: 'Client Secret of that service.' },
    MARKETO_WEBHOOK_KEY: {
      schema: secretText.optional(),
      help: 'Value of the custom header X-Baton-Key of the webhook in Marketo; by default derived from the client secret, as the doctor and Home show it.',
    },
    MARKETO_DAILY_CALLS: {
      schema: z
        .string()
        .regex(/^[1-9]\d{2,8}$/, 'must be a number of calls such as 50000')
        .optional(),
      help: 'API calls a day of the Marketo subscription, by all integrations together; 50000 when left out.',
    },
  },
  keys: [
    {
      name: 'MARKETO_API_URL',
      label: 'REST API endpoint',
      hint: 'Admin › Integration › Web Services › REST API › Endpoint',
      placeholder: 'https://123-ABC-456.mktorest.com/rest',
      host: /^https:\/\/[a-z0-9-]{1,60}\.mktorest\.com(\/rest)?\/?$/i,
    },
    { name: 'MARKETO_CLIENT_ID', label: 'Client Id', hint: WHERE },
    { name: 'MARKETO_CLIENT_SECRET', label: 'Client Secret', hint: `${WHERE}. Baton keeps it sealed.` },
    {
      name: 'MARKETO_DAILY_CALLS',
      label: 'API calls a day',
      hint: 'Of your whole subscription: Admin › Integration › Web Services. 50,000 when left empty.',
      placeholder: '50000',
      optional: true,
    },
  ],
  check(given, { missing }) {
    const names = ['MARKETO_API_URL', 'MARKETO_CLIENT_ID', 'MARKETO_CLIENT_SECRET'];
    // The address alone connects nobody: it says where keys that are typed on Home may go besides Marketo's own hosts.
    if (!given.MARKETO_CLIENT_ID && !given.MARKETO_CLIENT_SECRET) return;
    for (const name of names) if (!given[name]) missing(name, 'the others of Marketo are set');
  },
  advice: {
    connect: 'Set MARKETO_API_URL, MARKETO_CLIENT_ID and MARKETO_CLIENT_SECRET.',
    refused:
      'Copy client id and secret again from LaunchPoint, and give the API-only user’s role Read-Only Person and Read-Only Activity.',
  },
};

function source(given: SourceGiven) {
  const {
    settings,
    scoreProperty,
    stageProperty,
    mqlStages,
    threshold,
    ownerProperty,
    budget,
    shelf,
    clock,
    ownScore,
  } = given;
  const { MARKETO_API_URL: apiUrl, MARKETO_CLIENT_ID: clientId, MARKETO_CLIENT_SECRET: clientSecret } = settings;
  const key = settings.MARKETO_WEBHOOK_KEY;
  if (!apiUrl || !clientId || !clientSecret) return undefined;
  return marketo({
    apiUrl,
    clientId,
    clientSecret,
    clock,
    scoreProperty,
    mqlStages,
    threshold,
    ownScore,
    dailyCalls: Number(settings.MARKETO_DAILY_CALLS ?? DAILY_CALLS),
    ...(key && { webhookKey: key }),
    ...(stageProperty && { stageProperty }),
    ...(ownerProperty && { ownerProperty }),
    ...(budget && { budget }),
    ...(shelf && { shelf }),
  });
}
