/** Account Engagement (Pardot), for stories: who does what there, and what it shows. */
import type { System } from './system.ts';

/** The demo's Emma as Account Engagement has her. */
export const EMMA_IN_PARDOT = {
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  jobTitle: 'VP Operations',
  company: 'Acme Corp',
  phone: '+1 415 555 0134',
  city: 'San Francisco',
  state: 'California',
  country: 'United States',
  source: 'Webinar',
  grade: 'A-',
};

/** Somebody's values there become these; answers their id. */
export async function inPardot(baton: System, values: Record<string, unknown>): Promise<string> {
  return String((await baton.post('/_sandbox/pardot/contacts', values)).id);
}

export interface Prospect {
  tags: string[];
  lists: string[];
  external: { value: string }[];
  [field: string]: unknown;
}

export const prospectThere = (baton: System, id: string): Promise<Prospect> =>
  baton.get(`/_sandbox/pardot/contacts/${id}`);
