/** Zoho CRM keeps the CRM contract: the suite, run over its Leads. */
import { SECOND } from '../../src/lib/clock.ts';
import { look, press } from '../helpers/control.ts';
import { type CrmBench, crmContract } from './crm.suite.ts';
import { companyAtZoho, type Row } from './zoho-company.ts';

async function makeBench(): Promise<CrmBench> {
  const company = await companyAtZoho();
  const { sandbox, clock, add, rows, set, userId } = company;
  const at = (moment: string | undefined) => (moment ? { Created_Time: moment.replace(/\.\d+Z$/, '+00:00') } : {});
  const owned = (email: string | undefined) => (email ? { Owner: { id: userId(email) } } : {});
  const person: CrmBench['person'] = ({ email, lastName = 'Somebody', at: moment, ownerEmail }) =>
    add('Leads', { Last_Name: lastName, Email: email, ...at(moment), ...owned(ownerEmail) });
  const connect = () => company.connect({ timeoutMs: 2_000 });
  const before = (await look<{ logins: number }>(sandbox, 'zoho/_logins')).logins;
  const logins = () => sandbox.calls('zoho').filter(call => call.path.endsWith('/oauth/v2/token')).length - before;
  const about = ({ What_Id: what, Who_Id: who }: Row) =>
    (what as { id: string } | null | undefined)?.id ?? (who as { id: string } | null | undefined)?.id ?? '';
  return {
    crm: connect(),
    // Leads by address, Contacts by address, Accounts by host.
    budget: { match: 3, write: 3, touch: 2, users: 1, twentyMatches: 12, thirtyWrites: 30 },
    atOnce: 2,
    person,
    personOfSomebody: () => person({ email: 'somebody@acme.example' }),
    contact: ({ email, company: of, at: moment, ownerEmail }) => {
      const account = of ? { Account_Name: { id: of } } : {};
      return add('Contacts', { Last_Name: 'S', Email: email, ...account, ...at(moment), ...owned(ownerEmail) });
    },
    company: ({ name, website, ownerEmail }) =>
      add('Accounts', { Account_Name: name, Website: website, ...owned(ownerEmail) }),
    people: async () =>
      (await rows('Leads')).map(({ id, Email: email, Last_Name: lastName }) => ({
        id,
        email: email as string | undefined,
        lastName: lastName as string | undefined,
      })),
    tasks: async () => {
      const modules = await Promise.all(['Tasks', 'Calls'].map(async name => ({ name, all: await rows(name) })));
      return modules.flatMap(({ name, all }) => all.map(row => ({ id: `${name}/${row.id}`, about: about(row) })));
    },
    apiCalls: () => company.callsSoFar().map(call => call.path),
    fault: fault => sandbox.fault({ service: 'zoho', ...fault }),
    apiPath: '/crm/v8',
    // COQL is asked with POST, too: no address of it has an s.
    writing: { method: 'POST', path: '/crm/v8/*s' },
    sessions: { expire: async () => void (await press(sandbox, 'zoho/_expire')), logins },
    refuseKey: () =>
      sandbox.fault({
        service: 'zoho',
        path: '/crm/v8',
        status: 401,
        body: { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' },
        times: 100,
      }),
    limitReached: {
      status: 429,
      body: { code: 'TOO_MANY_REQUESTS', details: {}, message: 'too many requests', status: 'error' },
      waitMs: 5 * SECOND,
    },
    now: () => clock.now(),
    another: connect,
    indexed: () => clock.move(5 * SECOND),
    readOnly: async readOnly => void (await set({ readOnly })),
    pageSize: async pageSize => void (await set({ pageSize })),
    close: () => company.close(),
  };
}

crmContract('zoho', makeBench);
