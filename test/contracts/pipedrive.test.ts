/** Pipedrive keeps the CRM contract: the suite, run over its leads inbox. */
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { type CrmBench, crmContract } from './crm.suite.ts';
import { companyAtPipedrive, type Row } from './pipedrive-company.ts';

/** Written by people: the last name is what follows the first blank. */
const lastNameOf = (name: unknown): string => String(name).replace(/^\S+ /, '');

async function makeBench(): Promise<CrmBench> {
  const company = await companyAtPipedrive();
  const { sandbox, clock, add, rows, set, userId } = company;
  const at = (moment: string | undefined) => (moment ? { add_time: moment } : {});
  const owned = (email: string | undefined) => (email ? { owner_id: userId(email) } : {});
  const emails = (value: string) => ({ emails: [{ value, primary: true, label: 'work' }] });
  const newPerson = (email: string, name: string, more: object) => add('persons', { name, ...emails(email), ...more });
  /** As new people are kept there: a person with a lead. */
  const person: CrmBench['person'] = async ({ email, lastName = 'Somebody', at: moment, ownerEmail }) => {
    const id = await newPerson(email, lastName, { ...at(moment), ...owned(ownerEmail) });
    const lead = { title: `${lastName} lead`, person_id: id, is_archived: false, label_ids: [] };
    return String(await add('leads', { ...lead, ...at(moment), ...owned(ownerEmail) }));
  };
  const api = () =>
    sandbox
      .calls('pipedrive')
      .slice(before)
      .map(call => call.path);
  const before = sandbox.calls('pipedrive').length;
  const connect = () => company.connect({ timeoutMs: 2_000 });
  return {
    crm: connect(),
    // Persons and deals’ fields are read once in ten minutes: two calls that a second write does not make.
    budget: { match: 2, write: 5, touch: 2, users: 1, twentyMatches: 60, thirtyWrites: 92 },
    person,
    personOfSomebody: () => person({ email: 'somebody@acme.example' }),
    contact: async ({ email, company: of, at: moment, ownerEmail }) => {
      const org = of ? { org_id: Number(of.split('/')[1]) } : {};
      return `person/${await newPerson(email, 'S', { ...org, ...at(moment), ...owned(ownerEmail) })}`;
    },
    company: async ({ name, website, ownerEmail }) => {
      const domain = new URL(website).hostname.toLowerCase().replace(/^www\./, '');
      return `organization/${await add('organizations', { name, fields: { 'Baton domain': domain }, ...owned(ownerEmail) })}`;
    },
    people: async () => {
      const people = await rows('persons');
      return (await rows('leads')).map(lead => {
        const of = people.find(one => one.id === lead.person_id);
        return {
          id: String(lead.id),
          email: (of?.emails as { value: string }[] | undefined)?.[0]?.value,
          lastName: lastNameOf(of?.name),
        };
      });
    },
    tasks: async () =>
      (await rows('activities')).map(({ id, lead_id: lead }: Row) => ({ id: `activity/${id}`, about: String(lead) })),
    apiCalls: api,
    fault: fault => sandbox.fault({ service: 'pipedrive', ...fault }),
    apiPath: '/pipedrive/',
    writing: { method: 'POST', path: '/' },
    refuseKey: () =>
      sandbox.fault({
        service: 'pipedrive',
        status: 401,
        body: { success: false, error: 'unauthorized access' },
        times: 100,
      }),
    limitReached: {
      status: 429,
      body: { success: false, error: 'request over limit' },
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' },
      waitMs: 2 * SECOND,
    },
    now: () => clock.now(),
    another: connect,
    indexed: () => clock.move(MINUTE),
    readOnly: async readOnly => void (await set({ readOnly })),
    pageSize: async pageSize => void (await set({ pageSize })),
    close: () => company.close(),
  };
}

crmContract('pipedrive', makeBench);
