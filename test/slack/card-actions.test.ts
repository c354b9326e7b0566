import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Actions, Refusal } from '../../src/handoff/commands.ts';
import type { Queries } from '../../src/handoff/queries/queries.ts';
import { type Clock, clockFrom } from '../../src/lib/clock.ts';
import { type SlackBaton, slackBaton, unkeyed } from './baton.ts';
import { emmasCard } from './cards.ts';
import { emma, PLAYBOOK } from './emma.ts';

const MARCUS = { user: 'marcus@example.com' };
const DM = { user: 'U0MARCUS' };
const CHANNEL = { channel: '#mql-handoffs' };

interface View {
  id: string;
  title: { text: string };
  /** Null for a view without the button. */
  submit: unknown;
  blocks: { block_id: string; type: string; element?: { initial_value?: string } }[];
}

interface TestWorkspace extends SlackBaton {
  /** A card of Emma with every button there is. */
  card: { channel: string; ts: string };
  /** Presses a button of it, or picks from its menu, and waits until Baton is done. */
  press: (action: string, verb?: string) => Promise<void>;
  /** The modal Marcus looks at. */
  view: () => Promise<View | undefined>;
  submit: (values: Record<string, unknown>) => Promise<{ outcome?: string; body: unknown }>;
  /** What Marcus alone was shown. */
  told: () => Promise<string[]>;
}

async function workspace(
  t: TestContext,
  where: { user: string } | { channel: string },
  actions: Partial<Actions>,
  queries: Partial<Queries> = {},
  slackClock?: Clock,
): Promise<TestWorkspace> {
  const baton = await slackBaton(t, {
    ...(slackClock && { slackClock }),
    actions,
    queries: {
      who: async () => ({ ...PERSON }),
      playbook: async () => ({ playbook: PLAYBOOK, version: 1 }),
      lead: async () => emma,
      card: async () => emmasCard(),
      absences: async () => [],
      ...queries,
    },
  });
  const card = await post(baton, 'user' in where ? where.user : where.channel);
  const view = async () => {
    const { views } = (await baton.control('state')) as { views: Record<string, View[]> };
    return views.U0MARCUS?.at(-1);
  };
  return {
    ...baton,
    card,
    view,
    press: async (action, verb) => {
      const block = ['timeline', 'dance'].includes(verb ?? '') ? 'second' : 'first';
      const picked = verb === undefined ? {} : { value: `${verb}:${emma.id}`, block_id: block };
      const { status } = await baton.act({ ...MARCUS, click: { ...card, action_id: action, ...picked } });
      assert.equal(status, 200);
      await baton.settled();
    },
    submit: async values => {
      const answer = await baton.act({ ...MARCUS, submit: { values } });
      assert.equal(answer.error, undefined);
      await baton.settled();
      return answer;
    },
    told: async () => (await baton.shown(MARCUS)).filter(one => one.ephemeral).map(one => one.text),
  };
}

const PERSON = {
  email: 'marcus@example.com',
  name: 'Marcus Chen',
  slackUserId: 'U0MARCUS',
  admin: false,
  teams: [],
  manages: [],
  reports: [],
};

/** A message with all controls a card can have, whatever state the real card would show them in. */
async function post(baton: SlackBaton, channel: string): Promise<{ channel: string; ts: string }> {
  const button = (id: string) => ({ type: 'button', action_id: id, text: plain(id), value: emma.id });
  const menu = (...verbs: string[]) => ({ type: 'overflow', action_id: 'more', options: verbs.map(option) });
  const env = baton.sandbox.env();
  const response = await fetch(`${env.SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${env.SLACK_BOT_TOKEN}` },
    body: JSON.stringify({
      channel,
      text: 'Emma Thompson',
      blocks: [
        { type: 'actions', elements: ['claim', 'log_call', 'email', 'reopen', 'release'].map(button) },
        { type: 'actions', block_id: 'first', elements: [menu('reassign', 'reject', 'snooze', 'away', 'why')] },
        { type: 'actions', block_id: 'second', elements: [menu('timeline', 'dance')] },
      ],
    }),
  });
  const posted = (await response.json()) as { ok: boolean; channel: string; ts: string };
  assert.ok(posted.ok, JSON.stringify(posted));
  return { channel: posted.channel, ts: posted.ts };
}

const plain = (text: string) => ({ type: 'plain_text', text });
const option = (verb: string) => ({ text: plain(verb), value: `${verb}:${emma.id}` });

const said = (view: View | undefined) => JSON.stringify(view?.blocks ?? []);
const by = { workspaceId: 'w1', slackUserId: 'U0MARCUS', handoffId: emma.id };
const closed: Refusal = {
  kind: 'closed',
  state: 'rejected',
  by: 'Priya Nair',
  at: new Date(Date.now() - 130_000),
  reason: 'Duplicate',
};

test('Log call: filled in, logged, and in a channel the person alone is told', async t => {
  const logged: unknown[] = [];
  const baton = await workspace(t, CHANNEL, {
    logCall: async call => {
      logged.push(call);
      return { kind: 'done' };
    },
  });
  await baton.press('log_call');
  assert.match(said(await baton.view()), /Emma Thompson\*.*\+1 415 555 0100/);
  const when = Math.floor(Date.now() / 1_000) - 600;
  const { outcome } = await baton.submit({
    outcome: 'connected',
    minutes: '12',
    at: when,
    notes: 'Wants a demo\nfor <five>',
    next_what: 'Send the proposal',
    next_on: '2026-12-01',
  });
  assert.equal(outcome, 'closed');
  assert.deepEqual(unkeyed(logged), [
    {
      ...by,
      outcome: 'connected',
      direction: 'outbound',
      minutes: 12,
      at: new Date(when * 1_000),
      notes: 'Wants a demo\nfor <five>',
      nextStep: { what: 'Send the proposal', on: '2026-12-01' },
    },
  ]);
  assert.deepEqual(await baton.told(), ['Your call with *Emma Thompson* — Acme Corp is logged: connected.']);
});

test('Log call: what does not fit is said at its field, and nothing is logged', async t => {
  let refusal: Refusal = { kind: 'unfit', field: 'at', why: 'A call cannot be in the future.' };
  const asked: string[] = [];
  const baton = await workspace(t, DM, {
    logCall: async call => {
      asked.push(call.outcome);
      return refusal;
    },
  });
  await baton.press('log_call');
  const tries: [Record<string, unknown>, Record<string, string>][] = [
    [{ outcome: 'busy', next_what: 'Call again' }, { next_on: 'Say by when, or leave the next step out.' }],
    [
      { outcome: 'busy', next_what: null, next_on: '2026-12-01' },
      { next_what: 'Say what to do that day, or leave the date out.' },
    ],
    [{ outcome: 'busy', next_on: null }, { at: 'A call cannot be in the future.' }],
  ];
  for (const [values, errors] of tries) {
    const answer = await baton.submit(values);
    assert.deepEqual(answer.body, { response_action: 'errors', errors });
  }
  refusal = { kind: 'unfit', field: 'next_on', why: 'That day is over.' };
  const answer = await baton.submit({ outcome: 'busy', next_what: 'x', next_on: '2020-01-01' });
  assert.deepEqual(answer.body, { response_action: 'errors', errors: { next_on: 'That day is over.' } });
  assert.equal(asked.length, 2, 'the action is asked only with what is whole');
});

const refused: [string, Refusal, RegExp][] = [
  ['closed meanwhile', closed, /\*Priya Nair\* rejected this lead 2 minutes ago: Duplicate/],
  ['not theirs', { kind: 'not_allowed', who: 'Dana Ruiz or an admin' }, /Only Dana Ruiz or an admin can do this/],
  ['gone', { kind: 'not_found' }, /It may have been erased/],
  ['a field nobody sees', { kind: 'unfit', field: 'stars', why: 'The stars are wrong.' }, /The stars are wrong/],
];

test('a submit that comes too late becomes a modal that says what happened since', async t => {
  let refusal: Refusal = closed;
  const refuse = async () => refusal;
  const baton = await workspace(t, DM, { logCall: refuse, reject: refuse, reassign: refuse, snooze: refuse });
  const forms: [string, string | undefined, Record<string, unknown>][] = [
    ['log_call', undefined, { outcome: 'busy' }],
    ['more', 'reject', { reason: 'competitor' }],
    ['more', 'reassign', { to: 'next' }],
    ['more', 'snooze', { until: 'Tomorrow morning' }],
  ];
  for (const [action, verb, values] of forms) {
    for (const [, told, sentence] of refused) {
      refusal = told;
      await baton.press(action, verb);
      const { outcome } = await baton.submit(values);
      assert.equal(outcome, 'updated');
      assert.match(said(await baton.view()), sentence);
    }
  }
});

test('an old button on a closed lead says who closed it, when and why, before anything is filled in', async t => {
  const card = emmasCard({
    state: 'rejected',
    closed: { name: 'Priya Nair', at: new Date(Date.now() - 130_000).toISOString(), reason: 'Duplicate' },
  });
  const queries = { lead: async () => ({ ...emma, state: 'rejected' as const }), card: async () => card };
  const baton = await workspace(t, DM, { claim: async () => closed as Refusal & { kind: 'closed' } }, queries);
  for (const [action, verb] of [
    ['log_call'],
    ['email'],
    ['more', 'reassign'],
    ['more', 'reject'],
    ['more', 'snooze'],
  ]) {
    await baton.press(action ?? '', verb);
    const view = await baton.view();
    assert.match(said(view), /\*Priya Nair\* rejected this lead 2 minutes ago: Duplicate/, `${action} ${verb ?? ''}`);
    assert.equal(view?.submit, null);
  }
  await baton.press('claim');
  assert.deepEqual(await baton.told(), ['*Priya Nair* rejected this lead 2 minutes ago: Duplicate']);
});

test('strangers and unknown leads get a sentence, no lead', async t => {
  let stranger = true;
  const baton = await workspace(
    t,
    CHANNEL,
    {},
    {
      who: async () => (stranger ? undefined : PERSON),
      lead: async () => (stranger ? emma : undefined),
      card: async () => undefined,
    },
  );
  for (const verb of ['reassign', 'reject', 'snooze', 'away', 'why', 'timeline']) {
    await baton.press('more', verb);
    const shown = said(await baton.view());
    assert.match(shown, /Only people of Baton’s playbook/);
    assert.doesNotMatch(shown, /Emma/);
  }
  stranger = false;
  await baton.press('log_call');
  assert.match(said(await baton.view()), /It may have been erased/);
  await baton.press('more', 'dance');
  assert.match(said(await baton.view()), /out of date/);
});

test('Reject: a reason, a note where the reason needs one, and what becomes of the lead', async t => {
  const rejected: unknown[] = [];
  const baton = await workspace(t, CHANNEL, {
    reject: async given => {
      rejected.push([given.handoffId, given.reason, given.then, given.note]);
      return given.then === 'next' ? { kind: 'done', next: 'Priya Nair' } : { kind: 'done' };
    },
  });
  await baton.press('more', 'reject');
  const first = await baton.submit({ reason: 'other' });
  assert.deepEqual(first.body, { response_action: 'errors', errors: { note: 'Say what it is.' } });
  assert.equal((await baton.submit({ reason: 'other', note: 'Moved to the moon' })).outcome, 'closed');
  await baton.press('more', 'reject');
  await baton.submit({ reason: 'competitor', afterwards: 'next' });
  assert.deepEqual(rejected, [
    [emma.id, 'other', 'nurture', 'Moved to the moon'],
    [emma.id, 'competitor', 'next', undefined],
  ]);
  assert.deepEqual(await baton.told(), [
    'You rejected the lead (other). It goes back to nurture.',
    'You rejected the lead (competitor). It goes on to *Priya Nair*.',
  ]);
});

test('Reassign: to a person, a team or the next in line, by the playbook of now', async t => {
  const moved: unknown[] = [];
  let playbook = PLAYBOOK;
  const baton = await workspace(
    t,
    DM,
    {
      reassign: async given => {
        moved.push(given.to);
        return { kind: 'done', to: 'Priya Nair', from: 'Marcus Chen' };
      },
    },
    { playbook: async () => ({ playbook, version: 1 }) },
  );
  for (const to of ['Next in the rotation', 'EMEA SDRs', 'Priya Nair']) {
    await baton.press('more', 'reassign');
    assert.match(said(await baton.view()), /Now with \*Marcus Chen\*/);
    assert.equal((await baton.submit({ to, note: 'Knows them' })).outcome, 'closed');
  }
  assert.deepEqual(moved, [
    { kind: 'next' },
    { kind: 'team', team: 'emea_sdr' },
    { kind: 'person', email: 'priya@example.com' },
  ]);
  assert.deepEqual(await baton.told(), [], 'in a DM the card itself changes');
  await baton.press('more', 'reassign');
  playbook = { ...PLAYBOOK, people: PLAYBOOK.people.filter(({ email }) => email !== 'tom@example.com') };
  const late = await baton.submit({ to: 'Tom Okafor' });
  assert.match(JSON.stringify(late.body), /in the playbook no more/);
});

test('Snooze: an offered moment, one of their own, or a word at the field', async t => {
  const until: Date[] = [];
  const baton = await workspace(t, CHANNEL, {
    snooze: async given => {
      until.push(given.until);
      if (given.until.getTime() < Date.now()) return { kind: 'unfit', field: 'until', why: 'That is over.' };
      return { kind: 'done', until: given.until };
    },
  });
  await baton.press('more', 'snooze');
  const none = await baton.submit({});
  assert.match(JSON.stringify(none.body), /"until":"Choose until when/);
  const past = await baton.submit({ at: 1_700_000_000 });
  assert.deepEqual(past.body, { response_action: 'errors', errors: { at: 'That is over.' } });
  const own = Math.floor(Date.now() / 1_000) + 90_000;
  assert.equal((await baton.submit({ until: 'In 1 hour', at: own })).outcome, 'closed');
  assert.equal(until.at(-1)?.getTime(), own * 1_000);
  assert.match((await baton.told()).join(), /The lead is quiet until <!date\^\d+\^/);
});

test('Out of office: days of one’s own zone, and what becomes of the open leads', async t => {
  const asked: Record<string, unknown>[] = [];
  let openLeads = 2;
  let admin = false;
  const baton = await workspace(
    t,
    DM,
    {
      away: async given => {
        asked.push({ ...given });
        return { kind: 'done', name: 'Marcus Chen', openLeads };
      },
      moveAll: async given => {
        asked.push({ ...given });
        return { kind: 'done', moved: 1, left: 1 };
      },
    },
    { who: async () => ({ ...PERSON, admin }) },
  );
  await baton.press('more', 'away');
  assert.match(JSON.stringify((await baton.submit({ from: '2020-01-01' })).body), /"from":"That day is over/);
  const backwards = await baton.submit({ from: '2035-06-11', until: '2035-06-10' });
  assert.match(JSON.stringify(backwards.body), /"until":"That is before the first day/);
  assert.equal((await baton.submit({ from: '2035-06-11', until: '2035-06-15', note: 'Surfing' })).outcome, 'updated');
  assert.match(said(await baton.view()), /You are away from Mon, Jun 11 and back on Sat, Jun 16.*2 open leads\* stay/);
  assert.match(said(await baton.view()), /Dana Ruiz or an admin can hand them all over/);
  admin = true;
  await baton.press('more', 'away');
  await baton.submit({});
  assert.match(said(await baton.view()), /You are away until further notice\..*2 open leads/);
  assert.equal((await baton.submit({ heir: 'Next in the rotation' })).outcome, 'updated');
  assert.match(said(await baton.view()), /1 lead handed over\. 1 lead stayed/);
  openLeads = 0;
  await baton.press('more', 'away');
  await baton.submit({});
  assert.match(said(await baton.view()), /No open lead waits/);
  const person = { workspaceId: 'w1', slackUserId: 'U0MARCUS' };
  assert.deepEqual(unkeyed(asked), [
    {
      ...person,
      // Midnight in Los Angeles.
      from: new Date('2035-06-11T07:00:00Z'),
      until: new Date('2035-06-16T07:00:00Z'),
      note: 'Surfing',
    },
    person,
    { ...person, from: 'marcus@example.com', to: { kind: 'next' } },
    person,
  ]);
});

const draft = {
  template: 'first_call',
  templates: [
    { id: 'first_call', name: 'After a first call' },
    { id: 'webinar', name: 'Webinar' },
  ],
  to: 'emma.thompson@acmecorp.com',
  subject: 'Acme Corp and us',
  body: 'Hi Emma,\n\nMarcus',
  canSend: true,
  replyTo: 'marcus@example.com',
};

test('Email: another template replaces what stands there; what is sent is what stands there', async t => {
  const sent: unknown[] = [];
  const baton = await workspace(t, DM, {
    draftEmail: async ({ template = 'first_call' }) => ({
      kind: 'done',
      draft: { ...draft, template, ...(template === 'webinar' && { subject: 'The webinar', body: 'Slides:' }) },
    }),
    sendEmail: async mail => {
      sent.push(mail);
      return mail.subject === '' ? { kind: 'unfit', field: 'subject', why: 'x' } : { kind: 'done', to: mail.body };
    },
  });
  const field = async (name: string) =>
    (await baton.view())?.blocks.find(block => block.block_id === name)?.element?.initial_value;
  await baton.press('email');
  assert.deepEqual([await field('subject'), await field('body')], ['Acme Corp and us', 'Hi Emma,\n\nMarcus']);
  await baton.act({ ...MARCUS, click: { action_id: 'email_template', value: 'webinar' } });
  await baton.settled();
  assert.deepEqual([await field('subject'), await field('body')], ['The webinar', 'Slides:']);
  await baton.act({ ...MARCUS, click: { action_id: 'open_mail' } });
  assert.equal((await baton.submit({ body: 'Slides: here' })).outcome, 'closed');
  assert.deepEqual(unkeyed(sent), [{ ...by, subject: 'The webinar', body: 'Slides: here', template: 'webinar' }]);
  assert.match((await baton.told()).join(), /is on its way/, 'the card changes only when it is sent');
});

test('Email: without a mail server there is a link and no Send; who asked not to be mailed is not', async t => {
  let optedOut = false;
  const baton = await workspace(
    t,
    DM,
    { draftEmail: async () => ({ kind: 'done', draft: { ...draft, canSend: false } }) },
    { card: async () => emmasCard({ optedOut }) },
  );
  await baton.press('email');
  const view = await baton.view();
  assert.equal(view?.submit, null);
  assert.match(said(view), /mailto:emma\.thompson@acmecorp\.com\?subject=Acme%20Corp%20and%20us&body=Hi%20Emma/);
  await baton.act({ ...MARCUS, click: { action_id: 'email_template', value: 'webinar' } });
  await baton.settled();
  optedOut = true;
  await baton.press('email');
  assert.match(said(await baton.view()), /asked not to be mailed/);
  assert.doesNotMatch(said(await baton.view()), /mailto/);
});

test('Why me? and Timeline are read in a modal, page by page', async t => {
  const entries = Array.from({ length: 25 }, (_, index) => ({
    at: new Date(Date.now() + index).toISOString(),
    kind: 'touched' as const,
    actor: 'baton',
    text: `Thing ${index}.`,
    detail: {},
  }));
  const { decision, judgement } = emmasCard();
  const baton = await workspace(t, DM, {}, { timeline: async () => ({ entries, decision, judgement }) });
  await baton.press('more', 'why');
  assert.match(said(await baton.view()), /\*Rule:\* HIGH mid-market/);
  await baton.press('more', 'timeline');
  assert.match(said(await baton.view()), /Thing 24\./);
  await baton.act({ ...MARCUS, click: { action_id: 'timeline_earlier', value: '0' } });
  await baton.settled();
  assert.match(said(await baton.view()), /Thing 0\..*Page 1 of 2/);
  await baton.act({ ...MARCUS, click: { action_id: 'timeline_later', value: '1' } });
  await baton.settled();
  assert.match(said(await baton.view()), /Thing 24\./);
});

test('Reopen and Release say who has the lead now, or why not', async t => {
  const baton = await workspace(t, CHANNEL, {
    reopen: async () => ({ kind: 'done', to: 'Marcus Chen' }),
    release: async () => ({ kind: 'not_allowed', who: 'a manager or an admin' }),
  });
  await baton.press('reopen');
  await baton.press('release');
  assert.deepEqual(await baton.told(), [
    'The lead is open again: *Marcus Chen* has it.',
    'Only a manager or an admin can do this.',
  ]);
});

test('a channel that Baton was thrown out of meanwhile: the confirmation comes as a DM', async t => {
  const baton = await workspace(t, CHANNEL, { reject: async () => ({ kind: 'done' }) });
  await baton.press('more', 'reject');
  await baton.control('channels', { name: 'mql-handoffs', archived: true });
  await baton.submit({ reason: 'student' });
  assert.deepEqual(
    (await baton.shown(MARCUS)).map(one => one.text),
    ['You rejected the lead (student). It goes back to nurture.'],
  );
});

test('a hand-over whose modal was closed meanwhile tells its result in the DM', async t => {
  const gate = Promise.withResolvers<void>();
  const actions: Partial<Actions> = {
    away: async () => ({ kind: 'done', name: 'Marcus Chen', openLeads: 2 }),
    moveAll: async () => {
      await gate.promise;
      return { kind: 'done', moved: 2, left: 0 };
    },
  };
  const baton = await workspace(t, CHANNEL, actions, { who: async () => ({ ...PERSON, admin: true }) });
  await baton.press('more', 'away');
  await baton.submit({});
  const { status } = await baton.act({ ...MARCUS, submit: { values: { heir: 'Next in the rotation' } } });
  assert.equal(status, 200);
  await baton.act({ ...MARCUS, close: {} });
  gate.resolve();
  await baton.settled();
  assert.deepEqual(
    (await baton.shown(MARCUS)).map(one => one.text),
    ['2 leads handed over.'],
  );
});

test('a database too slow for Slack’s three seconds: the person is told to press again', async t => {
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const slackClock = clockFrom(new Date());
  const queries = { lead: () => held.then(() => emma) };
  const baton = await workspace(t, DM, {}, queries, slackClock);
  const { status } = await baton.act({ ...MARCUS, click: { ...baton.card, action_id: 'log_call' } });
  assert.equal(status, 200, 'Slack had its answer at once');
  slackClock.move(4_000);
  release();
  await baton.settled();
  assert.equal(await baton.view(), undefined);
  assert.match((await baton.told()).join(), /that took longer than Slack allows: press again.*reference/i);
});
