/** Leads of the stories: the demo's cast, and any number of others who fit unless said otherwise. All are invented. */
import assert from 'node:assert/strict';
import { type CastMember, cast } from '../../sandbox/leads.ts';
import type { Handoff } from '../../src/db/handoffs/handoffs.ts';
import type { Facts } from '../../src/handoff/core/facts.ts';
import type { System } from './system.ts';

/** A company that the example playbook wants most. */
const ACME = {
  domain: 'acmecorp.com',
  name: 'Acme Corp',
  industry: 'Technology',
  employees: 750,
  revenue: 50_000_000,
  city: 'San Francisco',
  state: 'CA',
  country: 'US',
  tech: ['Salesforce'],
};

/** Somebody there whose score is enough. */
const LEAD = {
  firstname: 'Lee',
  lastname: 'Thompson',
  jobtitle: 'VP Operations',
  company: ACME.name,
  hubspotscore: '63',
};

/** The enricher knows Acme, or whatever differs from it. */
export async function companyIsKnown(baton: System, differs: Partial<typeof ACME> = {}): Promise<void> {
  await baton.post('/_sandbox/clearbit/companies', { ...ACME, ...differs });
}

/** Another company that the playbook wants. */
export const globexIsKnown = (baton: System): Promise<void> =>
  companyIsKnown(baton, { domain: 'globex-inc.com', name: 'Globex', industry: 'Software', employees: 600 });

/** A contact is over the threshold in HubSpot. */
export async function leadCrosses(
  baton: System,
  contact: { email: string; [property: string]: string },
): Promise<void> {
  await baton.post('/_sandbox/hubspot/contacts', { ...LEAD, ...contact });
}

/** Of leads that come in numbers, every tenth is HIGH; the others are MEDIUM. */
export const EVERY_TENTH = 10;

/** Number so-and-so of many, each of a company of their own. */
export async function numberedLeadCrosses(baton: System, index: number, country = 'United States'): Promise<void> {
  const high = index % EVERY_TENTH === 0;
  const [domain, company] = [`company-${index}.com`, `Company ${index}`];
  await companyIsKnown(baton, {
    domain,
    name: company,
    industry: high ? 'Technology' : 'Retail',
    country: country === 'United States' ? 'US' : 'GB',
  });
  await leadCrosses(baton, {
    email: `lee@${domain}`,
    lastname: `Number ${index}`,
    jobtitle: high ? LEAD.jobtitle : 'Student',
    company,
    country,
  });
}

/** Those of many leads from this number on, and before that, all at once. */
export async function numberedLeadsCross(baton: System, from: number, before: number, country?: string): Promise<void> {
  const numbers = Array.from({ length: before - from }, (_, at) => from + at);
  await Promise.all(numbers.map(index => numberedLeadCrosses(baton, index, country)));
}

/** One of the cast as the story begins: what was there before is there, and Baton has seen it. */
export async function seeded(baton: System, key: CastMember['key'] = 'emma'): Promise<CastMember> {
  const member = cast(baton.clock.now()).find(one => one.key === key);
  assert.ok(member);
  await member.seed(baton.post);
  await baton.settled();
  return member;
}

/** One of the cast goes over the threshold; nobody waits for what Baton makes of it. */
export async function crosses(baton: System, key?: CastMember['key']): Promise<CastMember> {
  const member = await seeded(baton, key);
  await member.cross(baton.post);
  return member;
}

/** One of the cast goes over the threshold, and Baton does all that follows. */
export async function handedOff(baton: System, key?: CastMember['key']): Promise<Handoff<Facts>> {
  const { email } = await crosses(baton, key);
  return baton.handoff(email);
}
