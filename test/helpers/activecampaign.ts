/** ActiveCampaign, for stories: who does what there, and what it shows. */
import type { System } from './system.ts';

/** The demo's Emma as ActiveCampaign has her. */
export const EMMA_IN_ACTIVECAMPAIGN = {
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  phone: '+1 415 555 0134',
  fields: {
    'Job Title': 'VP Operations',
    Company: 'Acme Corp',
    City: 'San Francisco',
    State: 'California',
    Country: 'United States',
    'Lead Source': 'Webinar',
  },
};

/** Somebody's values there become these; answers their id. */
export async function inActiveCampaign(baton: System, values: Record<string, unknown>): Promise<string> {
  return String((await baton.post('/_sandbox/activecampaign/contacts', values)).id);
}

export interface Person {
  fields: Record<string, string>;
  tags: string[];
  lists: Record<string, string>;
  notes: { note: string }[];
  automations: string[];
}

export const personThere = (baton: System, id: string): Promise<Person> =>
  baton.get(`/_sandbox/activecampaign/contacts/${id}`);
