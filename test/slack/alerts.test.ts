/** What the ladder says, as Slack shows it: every kind, hostile text, and each once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../../src/contracts/notifier.ts';
import type { SlaMessageKind } from '../../src/domain/ladder.ts';
import { HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { alertMessage } from '../../src/slack/blocks/sla/alert.ts';
import { alertDigestMessage, alertListModal } from '../../src/slack/blocks/sla/alert-digest.ts';
import { askModal } from '../../src/slack/blocks/sla/ask.ts';
import { slackBaton } from './baton.ts';
import { emmasCard } from './cards.ts';
import { problemsInMessage } from './problems.ts';

const KINDS: SlaMessageKind[] = ['remind', 'escalate', 'stuck', 'idle', 'cold', 'asked', 'more_time'];
const AT = '2026-11-24T19:30:00.000Z';

const alert = (kind: SlaMessageKind, differs: Partial<Alert> = {}): Alert => ({
  kind,
  key: `h1:${kind}:${AT}`,
  since: AT,
  card: emmasCard({ due: { at: '2026-11-24T19:00:00.000Z', breached: true } }),
  elapsed: { system: 4 * SECOND, before: 0, rep: 90 * MINUTE },
  did: [{ at: AT, kind: 'reminded', actor: 'baton', text: 'Marcus Chen is reminded', detail: {} }],
  next: { do: 'reassign', at: '2026-11-24T22:00:00.000Z' },
  ...differs,
});

const shown = (given: Alert) => {
  const { text, blocks } = alertMessage(given);
  assert.deepEqual(problemsInMessage(blocks), []);
  return { text, all: JSON.stringify(blocks) };
};
const buttons = (given: Alert) =>
  alertMessage(given).blocks.flatMap(block =>
    block.type === 'actions'
      ? block.elements.flatMap(one =>
          one.type === 'button'
            ? [one.text.text]
            : one.type === 'overflow'
              ? one.options.map(line => line.text.text)
              : [],
        )
      : [],
  );

test('the manager reads who, since when, what was done and what comes next', () => {
  const { text, all } = shown(alert('escalate', { nextRep: { name: 'Priya Nair' }, holderSince: AT }));
  assert.match(
    text,
    /^No contact yet: Emma Thompson, Acme Corp, HIGH\. With Marcus Chen\. Give it to Priya Nair, or wait/,
  );
  assert.match(all, /VP Operations, Acme Corp · \*HIGH\*\\n:alarm_clock: \*Overdue\* · <!date\^\d+\^was due/);
  assert.match(all, /With \*Marcus Chen\*<!date\^\d+\^ since \{time\}.*, not claimed\\nReminded <!date/);
  assert.match(all, /\^If nobody acts, the lead is reassigned \{date_long_pretty\}/);
  const others = shown(alert('escalate', { elapsed: { system: 2 * MINUTE, before: HOUR, rep: HOUR } })).all;
  assert.match(others, /Before that Baton took 2 m, others had it for 1 h/);
  const { next: _next, ...last } = alert('escalate');
  assert.match(shown(last).all, /Nothing more happens by itself: please decide/);
  const waiting = shown(alert('escalate', { until: AT })).all;
  assert.match(waiting, /Waiting: Emma Thompson.*\*Marcus Chen<!date\^\d+\^ has until \{time\}/);
});

test('over, an alarm is a line: who called and how late, or who has the lead now', () => {
  const reached = { who: 'Priya', did: 'called', lateMs: 33 * MINUTE };
  assert.match(
    shown(alert('escalate', { ended: { text: 'x', at: AT, reached } })).text,
    /^:white_check_mark: \*Emma Thompson\*: Priya<!date\^\d+\^ called \{date_long_pretty\} at \{time\}\|.*>, 33 min late\. Nothing for you/,
  );
  const moved = { to: 'Priya Nair', by: 'You', due: AT };
  const { text, all } = shown(alert('escalate', { ended: { text: 'x', at: AT, moved } }));
  assert.match(text, /^:arrow_right: \*Emma Thompson\* is with \*Priya Nair\* now\. You<!date\^\d+\^ moved it/);
  assert.doesNotMatch(all, /"button"/);
});

test('one press that helps, one that waits, the rest in the menu', () => {
  const nextRep = { name: 'Priya Nair' };
  const managers = ['Give to Priya', 'Wait 30 min'];
  const menu = ['Ask Marcus…', 'Someone else…', 'Take it myself', 'Details', 'Open in Salesforce'];
  assert.deepEqual(buttons(alert('escalate', { nextRep })), [...managers, ...menu]);
  assert.deepEqual(buttons(alert('stuck', { nextRep })).slice(0, 2), ['Give to Priya', 'Ask Marcus…']);
  assert.deepEqual(buttons(alert('escalate', { nextRep, until: AT })).slice(0, 2), ['Give to Priya', 'Ask Marcus…']);
  assert.deepEqual(buttons(alert('escalate')).slice(0, 2), ['Take it', 'Wait 30 min']);
  const reps = ['Claim', 'Log call', 'Email', 'Details', 'Hand it back', 'Open in Salesforce'];
  for (const kind of ['remind', 'cold', 'asked', 'more_time', 'idle'] as const) {
    assert.deepEqual(buttons(alert(kind)), reps);
  }
  const claimed = emmasCard({ state: 'claimed', claimed: { name: 'Marcus Chen', at: '2026-11-24T19:00:00.000Z' } });
  assert.deepEqual(buttons(alert('idle', { card: claimed })), reps.slice(1));
  const { rep: _rep, ...nobodys } = emmasCard({
    pool: { team: 'Pool' },
    crm: { state: 'pending', name: 'salesforce' },
  });
  assert.deepEqual(buttons(alert('remind', { card: nobodys })), ['Claim', 'Log call', 'Email', 'Details']);
  assert.deepEqual(buttons(alert('escalate', { card: nobodys })), ['Take it', 'Someone else…', 'Details']);
});

test('the sentences', () => {
  const claimed = emmasCard({ claimed: { name: 'Marcus Chen', at: '2026-11-24T19:00:00.000Z' } });
  const { rep: _rep, ...nobodys } = emmasCard({ pool: { team: 'Pool' } });
  const lead = '*Emma Thompson* — Acme Corp';
  for (const [given, text] of [
    [alert('remind'), `*Marcus Chen*, ${lead} is waiting: nobody has reached out yet.`],
    [alert('remind', { card: nobodys }), `*Pool*: ${lead} is waiting, and nobody has claimed this lead yet.`],
    [
      alert('idle', { card: claimed }),
      `*Marcus Chen*, you claimed ${lead}<!date^1795546800^ {date_long_pretty} at {time}| Nov 24, 2026, 11:00 AM PST>. No contact is logged yet. Have you reached the lead?`,
    ],
    [alert('asked', { by: 'Dana Ruiz', note: 'Well?' }), `*Marcus Chen*, *Dana Ruiz* asks about ${lead}:`],
  ] as const) {
    assert.equal(shown(given).text, text);
  }
  assert.match(shown(alert('cold')).text, /nothing has happened with .*Is there a next step\?$/);
  assert.match(
    shown(alert('more_time', { by: 'Dana Ruiz', until: AT })).text,
    /gives you more time for .*: until <!date\^/,
  );
  assert.match(shown(alert('stuck')).text, /^Nobody left: Emma Thompson/);
  assert.match(shown(alert('escalate', { card: nobodys })).all, /With \*Pool\*, not claimed/);
});

test('whatever a lead, a rep or a manager is called or writes, Slack takes it, and nothing in it pages anybody', () => {
  const words = fc.string({ unit: 'binary', maxLength: 4_000 });
  const made = fc.record({
    kind: fc.constantFrom(...KINDS),
    name: words,
    company: words,
    title: words,
    phone: words,
    rep: words,
    by: words,
    note: words,
    told: fc.array(words, { maxLength: 12 }),
    elapsed: fc.record({
      system: fc.integer({ min: 0 }),
      before: fc.integer({ min: 0 }),
      rep: fc.integer({ min: 0 }),
    }),
  });
  fc.assert(
    fc.property(made, ({ kind, name, company, title, phone, rep, by, note, told, elapsed }) => {
      const lead = { name, email: `${name}@x.com`, company, title, phone };
      const card = emmasCard({ lead, rep: { name: rep, email: 'r@x.com' } });
      const did = told.map(text => ({ at: AT, kind: 'claimed' as const, actor: rep, text, detail: {} }));
      const { text, all } = shown(alert(kind, { card, by, note, did, elapsed, until: AT }));
      assert.doesNotMatch(all + text, /<!(?!date)|<@|<#/);
      assert.ok(text.length <= 3_000 && text.length > 0);
      const modal = askModal({ lead: { ...lead }, rep, origin: { handoffId: 'h1' } });
      assert.ok(JSON.stringify(modal).length < 20_000);
    }),
    { numRuns: 100 },
  );
});

test('many alarms in one message: Slack takes whatever they hold, and a company is named once', async t => {
  const words = fc.string({ unit: 'binary', maxLength: 400 });
  const line = fc.record({
    handoffId: fc.uuid(),
    priority: fc.constantFrom('HIGH' as const, 'MEDIUM' as const),
    name: words,
    company: fc.oneof(words, fc.constantFrom('Acme', 'ACME ', '')),
    score: fc.constantFrom(null, 63),
    holder: words,
    due: fc.constantFrom({ at: AT, breached: true }, { at: AT, breached: false }),
    ended: fc.option(fc.record({ text: words }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 70 }), given => {
      const lines = given.map(({ ended, ...one }) => ({ ...one, ...(ended && { ended }) }));
      const { text, blocks } = alertDigestMessage({ workspaceId: 'w1', digestId: 'd1', since: AT, lines });
      const all = JSON.stringify(blocks);
      assert.deepEqual(problemsInMessage(blocks), []);
      assert.doesNotMatch(all + text, /<!(?!date)|<@|<#/);
      const list = alertListModal({ workspaceId: 'w1', digestId: 'd1', since: AT, lines });
      assert.doesNotMatch(JSON.stringify(list.blocks), /<!(?!date)|<@|<#/);
      assert.ok((JSON.stringify(list.blocks).match(/\*acme\*: \d+ lead/gi) ?? []).length <= 1);
    }),
    { numRuns: 60 },
  );
  const baton = await slackBaton(t);
  const lines = [{ handoffId: 'h1', priority: 'HIGH' as const, name: 'Emma', score: null }];
  const digest = { workspaceId: 'w1', digestId: 'd1', since: new Date().toISOString(), lines };
  const place = { kind: 'dm', slackId: 'U0DANA' } as const;
  const posted = await baton.notifier.postAlertDigest(place, digest, false);
  assert.deepEqual(await baton.notifier.postAlertDigest(place, digest, true), posted);
});

test('an alert is posted once: after an unknown outcome it is found again', async t => {
  const baton = await slackBaton(t);
  const place = { kind: 'dm', slackId: 'U0DANA' } as const;
  const given = alert('escalate', { since: new Date().toISOString() });
  const posted = await baton.notifier.alert(place, given, false);
  assert.deepEqual(await baton.notifier.alert(place, given, true), posted);
  await baton.notifier.alert(place, { ...given, key: 'another' }, true);
  assert.equal((await baton.shown({ user: 'dana@example.com' })).length, 2);
});

test('a press that fails is answered; what was done shows on the message', async t => {
  const baton = await slackBaton(t, {
    actions: {
      takeOver: async () => ({ kind: 'closed', state: 'contacted', by: 'Marcus Chen', at: new Date() }),
      moreTime: async () => ({ kind: 'done', rep: 'Marcus *Chen*', until: new Date('2026-11-24T20:00:00Z') }),
      handBack: async () => ({ kind: 'unfit', field: 'to', why: 'Nobody is available: <!here>.' }),
    },
  });
  const { channel, ts } = await baton.notifier.alert({ kind: 'dm', slackId: 'U0DANA' }, alert('escalate'), false);
  const mine = await baton.notifier.alert({ kind: 'dm', slackId: 'U0MARCUS' }, alert('remind'), false);
  const dana = { user: 'dana@example.com' };
  for (const action of ['sla_take', 'sla_more_time']) {
    await baton.act({ ...dana, click: { channel, ts, action_id: action } });
  }
  const handBack = `hand_back:${emmasCard().handoffId}`;
  await baton.act({ user: 'marcus@example.com', click: { ...mine, action_id: 'sla_more', value: handBack } });
  await baton.settled();
  const told = async (who: { user: string }) =>
    (await baton.shown(who)).filter(one => one.ephemeral).map(one => one.text);
  // More time shows on the alarm itself.
  assert.deepEqual(await told(dana), ['*Marcus Chen* contacted this lead just now.']);
  assert.deepEqual(await told({ user: 'marcus@example.com' }), ['Nobody is available: &lt;!here&gt;.']);
});
