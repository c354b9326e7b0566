/** ActiveCampaign, declared. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { SourceGiven, Vendor } from '../vendor.ts';
import { activeCampaign } from './source.ts';

const WHERE = 'Settings › Developer';

export const ACTIVECAMPAIGN: Vendor = {
  name: 'activecampaign',
  label: 'ActiveCampaign',
  playbook: { source: { scoreProperty: 'score', nurture: ['automation'] } },
  roles: { source: { make: source } },
  // An account takes five calls in a second from everybody together. The bucket allows twice as many at its fullest.
  pace: () => ({ calls: 2, withinMs: 800 }),
  variables: {
    ACTIVECAMPAIGN_API_URL: {
      schema: webAddress.optional(),
      help: `API URL of the ActiveCampaign account, as ${WHERE} shows it, such as https://example.api-us1.com.`,
    },
    ACTIVECAMPAIGN_API_KEY: {
      schema: secretText.optional(),
      help: `API key of an ActiveCampaign user: ${WHERE}. It may do what the user may.`,
    },
  },
  keys: [
    {
      name: 'ACTIVECAMPAIGN_API_URL',
      label: 'API URL',
      hint: `${WHERE} › API Access › URL, as it stands there`,
      placeholder: 'https://example.api-us1.com',
      host: /^https:\/\/[a-z0-9-]{1,60}\.(api-[a-z]{2}\d{1,2}|activehosted)\.com(\/api(\/3)?)?\/?$/i,
    },
    { name: 'ACTIVECAMPAIGN_API_KEY', label: 'API key', hint: `${WHERE} › API Access › Key. Baton keeps it sealed.` },
  ],
  check(given, { missing }) {
    // The address alone connects nobody: it says where keys that are typed on Home may go besides ActiveCampaign's own hosts.
    if (given.ACTIVECAMPAIGN_API_KEY && !given.ACTIVECAMPAIGN_API_URL) {
      missing('ACTIVECAMPAIGN_API_URL', 'ACTIVECAMPAIGN_API_KEY is set');
    }
  },
  advice: {
    connect: 'Set ACTIVECAMPAIGN_API_URL and ACTIVECAMPAIGN_API_KEY.',
    refused: `Copy the API key again from ${WHERE}, of a user who may see contacts, scores, fields and tags.`,
  },
};

function source(given: SourceGiven) {
  const { settings, scoreProperty, stageProperty, ownerProperty, threshold, ownScore, budget, clock, openContacts } =
    given;
  const { ACTIVECAMPAIGN_API_URL: apiUrl, ACTIVECAMPAIGN_API_KEY: apiKey } = settings;
  if (!apiUrl || !apiKey) return undefined;
  return activeCampaign({
    apiUrl,
    apiKey,
    clock,
    scoreProperty,
    threshold,
    ownScore,
    openContacts: after => openContacts(after),
    ...(stageProperty && { stageProperty }),
    ...(ownerProperty && { ownerProperty }),
    ...(budget && { budget }),
  });
}
