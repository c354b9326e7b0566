/** HubSpot keeps the CRM contract: the suite, run over leads of contacts. */
import { SECOND } from '../../src/lib/clock.ts';
import { type CrmBench, crmContract } from './crm.suite.ts';
import { accountAtHubspot } from './hubspot-portal.ts';

async function makeBench(): Promise<CrmBench> {
  const account = await accountAtHubspot();
  const { sandbox, clock, add, rows, set, owner } = account;
  const owned = (email: string | undefined) => (email ? { hubspot_owner_id: owner(email) } : {});
  const at = (moment: string | undefined) => (moment ? { hs_createdate: moment } : {});
  async function contactWith(email: string, more: object): Promise<string> {
    const known = (await rows('contacts')).find(one => String(one.email).toLowerCase() === email.toLowerCase());
    return known?.id ?? add('contacts', { email, ...more });
  }
  /** As new people are kept there: a contact with a lead. */
  const person: CrmBench['person'] = async ({ email, lastName = 'Somebody', at: moment, ownerEmail }) => {
    const contact = await contactWith(email, { lastname: lastName, ...owned(ownerEmail) });
    const lead = { hs_lead_name: lastName, ...at(moment), ...owned(ownerEmail), about: { contacts: [contact] } };
    return `lead/${await add('leads', lead)}`;
  };
  const before = sandbox.calls('hubspot').length;
  const connect = () => account.connect({ timeoutMs: 2_000 });
  return {
    crm: connect(),
    // Properties, pipelines, owners and kinds of associations are read once in ten minutes.
    budget: { match: 3, write: 5, touch: 5, users: 2, twentyMatches: 6, thirtyWrites: 5 },
    person,
    personOfSomebody: () => person({ email: 'somebody@acme.example' }),
    contact: async ({ email, company, ownerEmail }) => {
      const about = company ? { companies: [company.split('/')[1]] } : {};
      return `contact/${await add('contacts', { email, lastname: 'S', ...owned(ownerEmail), about })}`;
    },
    company: async ({ name, website, ownerEmail }) =>
      `company/${await add('companies', { name, domain: new URL(website).hostname, ...owned(ownerEmail) })}`,
    people: async () => {
      const contacts = await rows('contacts');
      return (await rows('leads')).map(lead => {
        const of = contacts.find(one => one.id === lead.about.contacts?.[0]);
        return {
          id: `lead/${lead.id}`,
          email: of?.email as string | undefined,
          lastName: (of?.lastname ?? lead.hs_lead_name) as string | undefined,
        };
      });
    },
    tasks: async () => {
      const all = await Promise.all(['tasks', 'calls', 'emails'].map(async type => [type, await rows(type)] as const));
      return all.flatMap(([type, some]) =>
        some.map(one => ({ id: `${type.slice(0, -1)}/${one.id}`, about: `lead/${one.about.leads?.[0]}` })),
      );
    },
    apiCalls: () =>
      sandbox
        .calls('hubspot')
        .slice(before)
        .map(call => call.path),
    fault: fault => sandbox.fault({ service: 'hubspot', ...fault }),
    apiPath: '/hubspot/',
    writing: { method: 'POST', path: '/objects/' },
    refuseKey: () =>
      sandbox.fault({
        service: 'hubspot',
        status: 401,
        body: { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found' },
        times: 100,
      }),
    limitReached: {
      status: 429,
      body: { status: 'error', errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING', message: 'too many' },
      waitMs: 10 * SECOND,
    },
    now: () => clock.now(),
    another: connect,
    readOnly: async readOnly => void (await set({ readOnly })),
    pageSize: async associationsPerPage => void (await set({ associationsPerPage })),
    close: () => account.close(),
  };
}

crmContract('hubspot', makeBench);
