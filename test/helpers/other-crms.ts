/** The CRMs beside Salesforce by what a story needs of each: what happens to a lead is the same, names and calls are not. */
import type { TestContext } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { WITH_DEALS as HUBSPOT_DEALS, make, ownerId, rows as rowsInHubspot, withHubspot } from './hubspot-crm.ts';
import { companyIsKnown, crosses, leadCrosses } from './leads.ts';
import { EMMA_IN_MARKETO, inMarketo } from './marketo.ts';
import { EMMA, MARCUS, PRIYA } from './people.ts';
import {
  WITH_DEALS as PIPEDRIVE_DEALS,
  rows as rowsInPipedrive,
  userId as userInPipedrive,
  withPipedrive,
} from './pipedrive.ts';
import type { System, SystemOptions } from './system.ts';
import { inZoho, rows as rowsInZoho, userId as userInZoho, withZoho, WITH_DEALS as ZOHO_DEALS } from './zoho.ts';

interface Refused {
  method: 'POST';
  path: string;
  status: number;
  body: object;
}

export interface OtherCrm {
  service: string;
  /** As people know it. */
  name: string;
  deal: string;
  /** A playbook that has deals made. */
  withDeals: string;
  open(t: TestContext, options?: SystemOptions): Promise<System>;
  /** Emma crosses, or somebody else who is named, where the CRM, which may be away, is not asked for it. */
  cross(baton: System, other?: { email: string; company: string }): Promise<void>;
  /** What people see of leads, calls, mails and deals. */
  leads(baton: System): Promise<object[]>;
  calls(baton: System): Promise<object[]>;
  mails(baton: System): Promise<object[]>;
  deals(baton: System): Promise<object[]>;
  /** Whose such a thing is. */
  owner(baton: System, row: object): Promise<string | undefined>;
  /** Emma is a lead of theirs already; answers the id of the record. */
  makeLead(baton: System, of: string): Promise<string>;
  /** Acme has an open deal of theirs. */
  makeDeal(baton: System, of: string): Promise<void>;
  removeLead(baton: System, recordId: string): Promise<unknown>;
  down: { status: number; body: object };
  refuseLead: Refused;
  refuseCall: Refused;
}

/** Marketo tells of Emma, so that HubSpot may be away as a CRM. */
export async function crossesInMarketo(baton: System, other?: { email: string; company: string }): Promise<void> {
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  const id = await inMarketo(baton, { ...EMMA_IN_MARKETO, ...other, leadScore: 47 });
  await inMarketo(baton, { id, leadScore: 63 });
}

async function crossesInHubspot(baton: System, other?: { email: string; company: string }): Promise<void> {
  if (other) await leadCrosses(baton, other);
  else await crosses(baton);
}

const asEmail = async (known: (email: string) => Promise<unknown>, id: unknown, people: readonly string[]) => {
  for (const email of people) if (String(await known(email)) === String(id)) return email;
  return undefined;
};

const PEOPLE = [MARCUS, PRIYA];

const hubspotRefusal = (type: string, message: string): Refused => ({
  ...{ method: 'POST', path: `/objects/2026-03/${type}`, status: 400 },
  body: { status: 'error', category: 'VALIDATION_ERROR', message, correlationId: '0' },
});

const HUBSPOT: OtherCrm = {
  ...{ service: 'hubspot', name: 'HubSpot', deal: 'deal', withDeals: HUBSPOT_DEALS },
  open: withHubspot,
  cross: crossesInMarketo,
  leads: baton => rowsInHubspot(baton, 'leads'),
  calls: baton => rowsInHubspot(baton, 'calls'),
  mails: baton => rowsInHubspot(baton, 'emails'),
  deals: baton => rowsInHubspot(baton, 'deals'),
  owner: (baton, row) =>
    asEmail(email => ownerId(baton, email), (row as { hubspot_owner_id?: string }).hubspot_owner_id, PEOPLE),
  makeLead: async (baton, of) => {
    const hubspot_owner_id = await ownerId(baton, of);
    const contact = await make(baton, 'contacts', { email: EMMA, lastname: 'Thompson', hubspot_owner_id });
    const id = await make(baton, 'leads', { hs_lead_name: 'Emma', hubspot_owner_id, about: { contacts: [contact] } });
    return `lead/${id}`;
  },
  makeDeal: async (baton, of) => {
    const hubspot_owner_id = await ownerId(baton, of);
    const company = await make(baton, 'companies', { name: 'Acme Corp', domain: 'acmecorp.com', hubspot_owner_id });
    const about = { companies: [company] };
    await make(baton, 'deals', {
      dealname: 'Acme 2026',
      pipeline: 'default',
      dealstage: 'qualifiedtobuy',
      hubspot_owner_id,
      about,
    });
  },
  removeLead: (baton, recordId) => baton.post(`/_sandbox/hubspot/leads/${recordId.split('/')[1]}/delete`, {}),
  down: { status: 503, body: { status: 'error', message: 'maintenance' } },
  refuseLead: hubspotRefusal('leads', 'Leads need a region'),
  refuseCall: hubspotRefusal('calls', 'Calls need a code'),
};

const pipedriveRefusal = (path: string, error: string): Refused => ({
  ...{ method: 'POST', path, status: 400 },
  body: { success: false, error, error_info: '' },
});

const ofPipedrive = (baton: System, path: string, body: object) => baton.post(`/_sandbox/pipedrive/${path}`, body);

const PIPEDRIVE: OtherCrm = {
  ...{ service: 'pipedrive', name: 'Pipedrive', deal: 'Deal', withDeals: PIPEDRIVE_DEALS },
  open: withPipedrive,
  cross: crossesInHubspot,
  leads: baton => rowsInPipedrive(baton, 'leads'),
  calls: async baton => (await rowsInPipedrive(baton, 'activities')).filter(one => one.type === 'call' && one.done),
  mails: async baton => (await rowsInPipedrive(baton, 'activities')).filter(one => one.type === 'email' && one.done),
  deals: baton => rowsInPipedrive(baton, 'deals'),
  owner: (baton, row) =>
    asEmail(email => userInPipedrive(baton, email), (row as { owner_id?: number }).owner_id, PEOPLE),
  makeLead: async (baton, of) => {
    const owner_id = await userInPipedrive(baton, of);
    const emails = [{ value: EMMA, primary: true, label: 'work' }];
    const person = await ofPipedrive(baton, 'persons', { name: 'Emma Thompson', emails, owner_id });
    const lead = await ofPipedrive(baton, 'leads', {
      title: 'Emma',
      person_id: person.id,
      owner_id,
      is_archived: false,
    });
    return String(lead.id);
  },
  makeDeal: async (baton, of) => {
    const owner_id = await userInPipedrive(baton, of);
    const org = await ofPipedrive(baton, 'organizations', { name: 'Acme Corp', website: 'acmecorp.com', owner_id });
    await ofPipedrive(baton, 'deals', {
      title: 'Acme 2026',
      org_id: org.id,
      owner_id,
      status: 'open',
      stage_id: 2,
      pipeline_id: 1,
    });
  },
  removeLead: (baton, recordId) =>
    fetch(`${baton.sandbox.url}/_sandbox/pipedrive/leads/${recordId}`, { method: 'DELETE' }),
  down: { status: 503, body: { success: false, error: 'maintenance' } },
  refuseLead: pipedriveRefusal('/leads', 'Leads need a region'),
  refuseCall: pipedriveRefusal('/activities', 'Calls need a code'),
};

const zohoRefusal = (path: string, message: string): Refused => ({
  ...{ method: 'POST', path, status: 400 },
  body: { data: [{ code: 'INVALID_DATA', details: {}, message, status: 'error' }] },
});

const ZOHO: OtherCrm = {
  ...{ service: 'zoho', name: 'Zoho CRM', deal: 'Deal', withDeals: ZOHO_DEALS },
  open: withZoho,
  cross: crossesInHubspot,
  leads: baton => rowsInZoho(baton, 'Leads'),
  calls: baton => rowsInZoho(baton, 'Calls'),
  mails: async baton => (await rowsInZoho(baton, 'Tasks')).filter(one => /^Email/.test(String(one.Subject))),
  deals: baton => rowsInZoho(baton, 'Deals'),
  owner: (baton, row) =>
    asEmail(email => userInZoho(baton, email), (row as { Owner?: { id: string } }).Owner?.id, PEOPLE),
  makeLead: async (baton, of) => {
    const Owner = { id: await userInZoho(baton, of) };
    return String(
      (await inZoho(baton, 'Leads', { Last_Name: 'Thompson', Company: 'Acme Corp', Email: EMMA, Owner })).id,
    );
  },
  makeDeal: async (baton, of) => {
    const Owner = { id: await userInZoho(baton, of) };
    const account = await inZoho(baton, 'Accounts', {
      Account_Name: 'Acme Corp',
      Website: 'https://www.acmecorp.com',
      Owner,
    });
    const Account_Name = { id: account.id };
    await inZoho(baton, 'Deals', { Deal_Name: 'Acme 2026', Stage: 'Needs Analysis', Account_Name, Owner });
  },
  removeLead: (baton, recordId) => fetch(`${baton.sandbox.url}/_sandbox/zoho/Leads/${recordId}`, { method: 'DELETE' }),
  down: { status: 503, body: { code: 'MAINTENANCE', message: 'maintenance', details: {}, status: 'error' } },
  refuseLead: zohoRefusal('/Leads/upsert', 'Leads need a region'),
  refuseCall: zohoRefusal('/Calls', 'Calls need a code'),
};

export const OTHER_CRMS: readonly OtherCrm[] = [HUBSPOT, PIPEDRIVE, ZOHO];
