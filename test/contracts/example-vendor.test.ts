/** The example vendor keeps both contracts, against its stand-in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { type Clock, MINUTE } from '../../src/lib/clock.ts';
import { Rejected } from '../../src/lib/errors.ts';
import { ledgerCrm } from '../fixtures/vendor-example/crm.ts';
import { ledgerSource } from '../fixtures/vendor-example/source.ts';
import { KEY, ledger, SECRET } from '../fixtures/vendor-example/stand-in.ts';
import { look, press } from '../helpers/control.ts';
import { type CrmBench, crmContract, touchOf, writeOf } from './crm.suite.ts';
import { EMMA, NOW, sourceSuite } from './source.suite.ts';

type Row = Record<string, string | null>;
const rules = { fields: { lead_score: 'lead_score', icp_priority: 'icp_priority', sla_due: null } };
const refusal = (code: string, message: string) => ({ error: { code, message } });

sourceSuite({
  service: 'ledger',
  standIn: ledger,
  token: KEY,
  make: ({ token: key = KEY, secret = SECRET, ...options }) =>
    ledgerSource({ ...options, key, secret, scoreProperty: 'score' }),
  async seed(sandbox, { email, firstName: first_name, lastName: last_name, company, title, score }) {
    await press(sandbox, 'ledger/settings', { webhooks: false });
    const person = { email, first_name, last_name, company, title, score };
    return String((await press(sandbox, 'ledger/people', person)).id);
  },
  async rescore(sandbox, { email, score }) {
    await press(sandbox, 'ledger/settings', { webhooks: true });
    await press(sandbox, 'ledger/contacts', { email, score });
  },
  unknownId: 'per_9999',
  api: {
    limited: { status: 429, body: refusal('slow_down', 'wait'), headers: { 'retry-after': '7' }, waitMs: 7_000 },
    refused: { status: 400, body: refusal('unreadable', 'no such thing') },
  },
});

async function makeBench(): Promise<CrmBench> {
  const now = NOW;
  const clock: Clock = { now: () => now };
  const sandbox = await startSandbox({ services: [ledger], clock });
  await press(sandbox, 'ledger/settings', { webhooks: false });
  const connect = () =>
    ledgerCrm({ apiUrl: `${sandbox.url}/ledger`, key: KEY, secret: SECRET, rules, clock, timeoutMs: 500 });
  const users = await look<Row[]>(sandbox, 'ledger/users');
  const owned = (email: string | undefined) => (email ? { owner_id: users.find(one => one.email === email)?.id } : {});
  const add = async (object: string, values: object) => String((await press(sandbox, `ledger/${object}`, values)).id);
  const made = (at: string | undefined) => (at ? { created_at: at } : {});
  const person: CrmBench['person'] = ({ email, lastName: last_name = 'Somebody', at, ownerEmail }) =>
    add('people', { email, last_name, ...made(at), ...owned(ownerEmail) });
  return {
    crm: connect(),
    budget: { match: 1, write: 1, touch: 1, users: 1, twentyMatches: 3, thirtyWrites: 6 },
    person,
    personOfSomebody: () => person({ email: 'somebody@acme.example' }),
    contact: ({ email, company, at, ownerEmail }) =>
      add('people', { email, last_name: 'S', company_id: company ?? null, ...made(at), ...owned(ownerEmail) }),
    company: ({ name, website, ownerEmail }) => {
      const domain = new URL(website).hostname.toLowerCase().replace(/^www\./, '');
      return add('companies', { name, domain, ...owned(ownerEmail) });
    },
    people: async () =>
      (await look<Row[]>(sandbox, 'ledger/people')).map(row => ({
        id: String(row.id),
        email: row.email ?? undefined,
        lastName: row.last_name ?? undefined,
      })),
    tasks: async () =>
      (await look<Row[]>(sandbox, 'ledger/tasks')).map(row => ({ id: String(row.id), about: String(row.about) })),
    apiCalls: () => sandbox.calls('ledger').map(call => call.path),
    fault: fault => sandbox.fault({ service: 'ledger', ...fault }),
    apiPath: '/v1/',
    writing: { method: 'POST', path: '/v1/changes' },
    refuseKey: () => sandbox.fault({ service: 'ledger', status: 401, body: refusal('bad_key', 'no'), times: 100 }),
    limitReached: { status: 429, body: refusal('slow_down', 'wait'), waitMs: MINUTE },
    now: () => NOW,
    another: connect,
    merge: async (master, loser) => void (await press(sandbox, 'ledger/merge', { master, loser })),
    readOnly: async readOnly => void (await press(sandbox, 'ledger/settings', { readOnly })),
    pageSize: async pageSize => void (await press(sandbox, 'ledger/settings', { pageSize })),
    close: () => sandbox.close(),
  };
}

crmContract('ledger', makeBench);

test('what Ledger refuses of a person stops the write; of the follow-up it is a warning', async t => {
  const bench = await makeBench();
  t.after(() => bench.close());
  const stranger = writeOf({ ownerId: 'usr_0' });
  await assert.rejects(bench.crm.write(stranger), (error: unknown) => {
    assert.ok(error instanceof Rejected && error.code === 'no_user', String(error));
    assert.deepEqual(error.fields, ['owner_id']);
    return true;
  });
  const followUp = {
    subject: 'Call',
    description: '',
    dueOn: '2026-11-24',
    priority: 'normal',
    ownerId: 'usr_0',
  } as const;
  const written = await bench.crm.write(writeOf({ followUp }));
  assert.deepEqual([written.created, written.taskId, written.warnings.length], [true, undefined, 1]);
  await assert.rejects(bench.crm.logTouch(touchOf('per_0')), Rejected);
});

test('two accounts of Ledger are apart, by the key that asks', async t => {
  const clock: Clock = { now: () => NOW };
  const sandbox = await startSandbox({ services: [ledger], clock });
  t.after(() => sandbox.close());
  await press(sandbox, 'ledger/accounts', { id: 'acc_2', key: 'globex-key', secret: 's2', domain: 'globex.example' });
  const options = { apiUrl: `${sandbox.url}/ledger`, rules, clock };
  const [home, globex] = [
    ledgerCrm({ ...options, key: KEY, secret: SECRET }),
    ledgerCrm({ ...options, key: 'globex-key', secret: 's2' }),
  ];
  await globex.write(writeOf({ person: { email: EMMA.email, lastName: 'Thompson' } }));
  assert.equal((await home.match({ email: EMMA.email })).contact.kind, 'none');
  assert.equal((await globex.match({ email: EMMA.email })).contact.kind, 'one');
  assert.deepEqual(await home.users(['dana@globex.example']), []);
  assert.equal((await look<Row[]>(sandbox, 'ledger/people?account=acc_2')).length, 1);
  assert.deepEqual(await look(sandbox, 'ledger/people'), []);
});
