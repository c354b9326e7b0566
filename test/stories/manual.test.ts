import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { handOff } from '../../src/handoff/intake/hand-off.ts';
import { signalParked } from '../../src/handoff/intake/notify-manual.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const MARCUS = { user: 'marcus@example.com' };
const DANA = { user: 'dana@example.com' };

/** What somebody's DM says, as plain text. */
async function dm(s: System, who: { user: string }): Promise<string[]> {
  return (await s.messages(who)).map(message => message.text);
}

async function told(s: System, who: { user: string }, words: RegExp): Promise<string> {
  return until(`${who.user} hears ${words}`, async () => (await dm(s, who)).find(text => words.test(text)));
}

/** When Baton knows who is who in Slack. */
async function ready(t: TestContext): Promise<System> {
  const s = await system(t);
  await s.settled();
  return s;
}

async function act(s: System, who: { user: string }, deed: Record<string, unknown>) {
  return s.post('/_sandbox/slack/act', { ...who, ...deed });
}

async function modal(s: System, { user }: { user: string }): Promise<Record<string, unknown>> {
  return until(`${user} sees a modal`, async () => {
    const { modal: open } = await s.get<{ modal: Record<string, unknown> | null }>(
      `/_sandbox/slack/views?user=${user}`,
    );
    return open ?? undefined;
  });
}

/** Noted whoever asks, or does not: repeats, when the sweep last looked, how many calls were made. */
const WHOEVER_ASKS = ['deliveries_seen', 'ticks', 'api_usage'];

/** Everything the database holds, row by row, and not how far polling is: equal before and after means that nothing was done. */
async function everything({ app }: System): Promise<Record<string, unknown>> {
  const { rows } = await app.deps.db.raw(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const dump: Record<string, unknown> = {};
  for (const { name } of rows) {
    if (name.startsWith('knex_') || WHOEVER_ASKS.includes(name)) continue;
    const { rows: content } = await app.deps.db.raw(`select to_jsonb(t) - 'cursor' as row from ?? as t order by 1`, [
      name,
    ]);
    dump[name] = content;
  }
  return dump;
}

test('a lead handed off by hand is judged, routed and written like any other, with what they said', async t => {
  const s = await ready(t);
  await s.post('/_sandbox/clearbit/companies', {
    domain: 'globex-inc.com',
    name: 'Globex',
    industry: 'Software',
    employees: 600,
    country: 'US',
  });
  await act(s, DANA, { shortcut: { callback_id: 'hand_off' } });
  await modal(s, DANA);
  const wrong = await act(s, DANA, { submit: { values: { email: 'sam@nowhere', name: 'Sam Lee' } } });
  assert.deepEqual(Object.keys((wrong.body as { errors: object }).errors), ['email']);
  const values = {
    email: 'Sam.Lee@Globex-Inc.com',
    name: 'Sam Lee',
    title: 'VP Operations',
    company: 'Globex',
    phone: '+1 415 555 0134',
    budget: '$40k <!channel>',
    timeline: 'before March',
    companySize: '600',
    useCase: 'Get rid of\nspreadsheets',
  };
  const answer = await act(s, DANA, { submit: { values } });
  assert.equal(answer.outcome, 'updated');

  const card = await s.card(MARCUS, 'Sam Lee');
  const shown = JSON.stringify(card);
  for (const said of ['Budget: $40k &lt;!channel&gt;', 'Timeline: before March', 'Use case: Get rid of spreadsheets']) {
    assert.ok(shown.includes(said), `the card lacks ${said}`);
  }
  const handoff = await s.handoff('sam.lee@globex-inc.com');
  assert.deepEqual([handoff?.source, handoff?.priority, handoff?.repEmail], ['manual', 'HIGH', 'marcus@example.com']);
  const [lead] = await s.records('Lead');
  assert.match(
    String(lead?.Description),
    /handed off by hand by Dana Ruiz.*\nBudget: \$40k <!channel>\nTimeline: before March/,
  );
  const story = await s.story(handoff.id);
  assert.equal(kinds(story)[0], 'crossed');
  assert.match(
    story[0]?.text ?? '',
    /^Dana Ruiz handed the lead off by hand\. Budget: .*Use case: Get rid of spreadsheets$/,
  );
  assert.equal(story[0]?.actor, 'dana@example.com');
  assert.match(await told(s, DANA, /Sam Lee \(Globex\)/), /handed to Marcus Chen\.\nWhy: /);

  // Once more, by somebody who does not know: nothing is doubled, and they hear who has it.
  await act(s, MARCUS, { shortcut: { callback_id: 'hand_off' } });
  await modal(s, MARCUS);
  await act(s, MARCUS, { submit: { values: { email: 'sam.lee@globex-inc.com' } } });
  assert.match(await told(s, MARCUS, /not handed off again/), /handed to Marcus Chen/);
  assert.equal((await s.handoffs()).length, 1);
  assert.equal((await s.records('Lead')).length, 1);
});

test('the same request twice, at the same moment, is one lead; what is put aside is told', async t => {
  const s = await ready(t);
  const { deps, workspaceId } = s.app;
  const by = { workspaceId, slackUserId: 'U0DANA', key: 'view:V1', lead: { email: 'Twice@Hooli-Inc.com' } };
  const outcomes = await Promise.all([1, 2, 3].map(() => handOff(deps, by)));
  assert.deepEqual(
    outcomes.map(outcome => outcome.kind),
    ['done', 'done', 'done'],
  );
  await s.handoff('twice@hooli-inc.com');
  const requests = await deps.db('manual_leads').select('*');
  assert.deepEqual([requests.length, (await deps.db('handoffs').select('id')).length], [1, 1]);
  await told(s, DANA, /twice@hooli-inc\.com/);

  const [entry] = await deps.db('inbox').where({ source: 'manual' }).select('id');
  await deps.db.transaction(trx => signalParked(trx, { workspaceId, inboxId: entry.id }, 'something broke.'));
  await told(s, DANA, /twice@hooli-inc\.com could not be handed off yet: something broke\.\nAn admin was told/);
});

test('a message becomes a lead; a throw-away address is left to nurture, and whoever asked hears why', async t => {
  const s = await ready(t);
  await act(s, DANA, {
    message: {
      channel: '#mql-mid-market',
      text: '<@U0BATONBOT> met her at the fair:\nIda Berg\nHead of IT, Initech\n<mailto:ida@mailinator.com|ida@mailinator.com>\n+47 22 33 44 55',
    },
  });
  const source = (await s.messages({ channel: '#mql-mid-market' })).find(message => message.text.includes('Ida Berg'));
  assert.ok(source);
  await act(s, DANA, { shortcut: { callback_id: 'make_lead', channel: source.channel, ts: source.ts } });
  const view = await modal(s, DANA);
  const filled = Object.fromEntries(
    (view.blocks as { block_id: string; element?: { initial_value?: string } }[]).map(block => [
      block.block_id,
      block.element?.initial_value,
    ]),
  );
  assert.deepEqual(
    [filled.email, filled.name, filled.title, filled.company, filled.phone],
    ['ida@mailinator.com', 'Ida Berg', 'Head of IT', 'Initech', '+47 22 33 44 55'],
  );
  await act(s, DANA, { submit: { values: {} } });
  assert.match(await told(s, DANA, /Ida Berg/), /left to nurture.*\nNurture: .*mailinator\.com.*disposable/s);
  const handoff = await s.handoff('ida@mailinator.com');
  const [first] = await s.story(handoff.id);
  assert.match(first?.text ?? '', /from a message in Slack/);
  assert.match(String(first?.detail.origin), /^https:\/\/acme-sales\.slack\.com\/archives\/C\w+\/p\d{16}$/);
  assert.deepEqual(await s.records('Lead'), []);
});

test('a test lead goes the whole way, charges nobody, and is gone everywhere after a press', async t => {
  const s = await ready(t);
  const before = await everything(s);
  const refused = await act(s, MARCUS, { command: { text: 'test high' } });
  assert.equal(refused.status, 200);
  await until('Marcus is refused', async () => (await dm(s, MARCUS)).find(text => /manager or an admin/.test(text)));
  await act(s, DANA, { command: { text: 'test high' } });
  const card = await s.card(MARCUS, 'TEST: Test Lead (Baton)');
  assert.match(await told(s, DANA, /Your test lead/), /handed to Marcus Chen/);
  await s.settled();
  const [lead, ...others] = await s.records('Lead');
  assert.deepEqual([lead?.LastName, others.length], ['Lead (Baton)', 0]);
  assert.match(String(lead?.Description), /^TEST: /);
  assert.deepEqual(await s.handoffs(), [], 'lists leave it out');
  const { rows: books } = await s.app.deps.db.raw('select * from rotation');
  assert.deepEqual(books, [], 'nobody is charged');

  await s.press('marcus@example.com', card, 'test_cleanup');
  await until('the card is gone', async () => !(await s.messages(MARCUS)).some(message => message.ts === card.ts));
  await s.settled();
  assert.deepEqual(await s.records('Lead'), []);
  assert.deepEqual(await s.records('Task'), []);
  const after = await everything(s);
  for (const table of [
    'handoffs',
    'leads',
    'cards',
    'timeline',
    'manual_leads',
    'source_contacts',
    'rotation',
    'parked_jobs',
  ]) {
    assert.deepEqual(after[table], before[table], `${table} is as it was`);
  }
});

test('a test lead goes away by itself; asked for LOW, it comes out LOW', async t => {
  const s = await ready(t);
  await act(s, DANA, { command: { text: 'test low' } });
  assert.match(await told(s, DANA, /Your test lead/), /left to nurture/);
  const waiting = await until('the clean-up waits', async () => {
    const { rows } = await s.app.deps.db.raw(
      `select id, run_at - now() > interval '9 minutes' as late from graphile_worker._private_jobs where key like 'cleanup:%'`,
    );
    return rows[0];
  });
  assert.equal(waiting.late, true);
  await s.app.deps.db.raw('update graphile_worker._private_jobs set run_at = now() where id = ?', [waiting.id]);
  await s.app.deps.db.raw(`notify "jobs:insert"`);
  await until('it is gone', async () => Number((await s.app.deps.db('leads').count('* as n').first())?.n) === 0);
});

test('a simulation says what would happen and does nothing of it', async t => {
  const s = await ready(t);
  await s.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  await s.post('/_sandbox/hubspot/contacts', {
    email: 'emma@acmecorp.com',
    firstname: 'Emma',
    lastname: 'Thompson',
    jobtitle: 'VP Operations',
    company: 'Acme Corp',
    hubspotscore: 63,
  });
  await act(s, DANA, { home: {} });
  await until('Home is drawn', async () => (await s.app.deps.db('homes').where({ landed: 1 })).length === 1);
  await s.settled();
  const before = await everything(s);
  const paid = async () => [(await s.calls('clearbit')).length, (await s.calls('apollo')).length];
  const [credits, writes] = [await paid(), (await s.calls('salesforce')).length];
  await act(s, DANA, { command: { text: 'simulate emma@acmecorp.com' } });
  const said = await told(s, DANA, /If emma@acmecorp\.com came now/);
  assert.match(said, /known, with a score of 63/);
  assert.match(said, /would be handed off: score unknown → 63, threshold 50/);
  assert.match(said, /was not asked about acmecorp\.com|were not asked about acmecorp\.com/);
  await act(s, DANA, { command: { text: 'simulate stranger@nowhere-known.com' } });
  assert.match(await told(s, DANA, /If stranger@/), /not known there/);
  await s.settled();
  // Whoever cannot be asked is named, and the rest is said all the same.
  await s.post('/_sandbox/fault', { service: 'hubspot', status: 503, body: {}, times: 5 });
  await s.post('/_sandbox/fault', { service: 'salesforce', status: 503, body: {}, times: 5 });
  await act(s, DANA, { command: { text: 'simulate other@acmecorp.com' } });
  const unasked = await told(s, DANA, /If other@/);
  assert.match(unasked, /hubspot could not be asked.*salesforce could not be asked/is);
  await s.settled();
  assert.deepEqual(await everything(s), before, 'the database is as it was');
  assert.deepEqual(await paid(), credits, 'no credit was spent');
  const made = (await s.calls('salesforce')).slice(writes).filter(call => call.method !== 'GET');
  assert.ok(
    made.every(call => !/Lead|Task|sobjects/.test(call.path)),
    `only looked: ${made.map(call => call.path).join(', ')}`,
  );
  assert.deepEqual(await s.records('Lead'), []);
});
