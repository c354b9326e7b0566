/** HubSpot: may the token read contacts, and are webhooks signed? */

import { vendorsOf } from '../../connections.ts';
import { systemClock } from '../../lib/clock.ts';
import { type Check, fine, part, problem, warning } from './check.ts';

export const hubspot: Check = {
  service: 'HubSpot',
  async run({ env, playbook }) {
    const source = vendorsOf(env, systemClock, playbook).sources.hubspot;
    if (!source) return [problem('not connected', 'Set HUBSPOT_ACCESS_TOKEN.')];
    const read = await part(async () => {
      // Nobody has this id: an answer of "none" proves that the token may read contacts.
      await source.contact('1');
      return fine('contacts can be read');
    }, 'Give the token the scope crm.objects.contacts.read, or renew it, and set HUBSPOT_ACCESS_TOKEN.');
    if (env.HUBSPOT_CLIENT_SECRET) return read;
    return [
      ...read,
      warning(
        'webhooks are trusted by their address alone',
        'Set HUBSPOT_CLIENT_SECRET: then their signatures are checked.',
      ),
    ];
  },
};
