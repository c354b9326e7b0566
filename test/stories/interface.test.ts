import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { lockHandoff } from '../../src/db/handoffs.ts';
import { EARLIER } from '../../src/slack/blocks/modals/story.ts';
import { crosses } from '../helpers/leads.ts';
import { kinds, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { startWeb } from '../helpers/worker.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const CHANNEL = { channel: '#mql-mid-market' };
const EMMA = 'emma.thompson@acmecorp.com';
const MARCUS = 'marcus@example.com';
const PRIYA = 'priya@example.com';
const DANA = 'dana@example.com';

interface Modal {
  id: string;
  blocks: unknown[];
  title: { text: string };
}

interface Block {
  block_id: string;
}

/** What this person has open. */
async function modalOf(baton: System, email: string): Promise<Modal | undefined> {
  const state = await baton.get<{
    users: { id: string; profile: { email: string } }[];
    views: Record<string, Modal[]>;
  }>('/_sandbox/slack/state');
  const user = state.users.find(one => one.profile.email === email);
  return state.views[user?.id ?? '']?.at(-1);
}

/** Presses a button, or picks from a menu with a verb, and waits for the modal that it opens. */
async function open(baton: System, user: string, card: Message, action: string, value?: string): Promise<Modal> {
  const before = (await modalOf(baton, user))?.id;
  const { channel, ts } = card;
  const now = (await baton.messages({ channel })).find(message => message.ts === ts);
  const block = now?.blocks.find(one => value !== undefined && JSON.stringify(one).includes(value)) as
    | Block
    | undefined;
  const picked = block ? { value, block_id: block.block_id } : {};
  await baton.post('/_sandbox/slack/act', { user, click: { channel, ts, action_id: action, ...picked } });
  return until(`${user} sees a modal`, async () => {
    const modal = await modalOf(baton, user);
    return modal && modal.id !== before ? modal : undefined;
  });
}

async function submit(baton: System, user: string, values: Record<string, unknown>): Promise<string> {
  const answer = await baton.post('/_sandbox/slack/act', { user, submit: { values } });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
  return String(answer.outcome);
}

/** What this person alone was told, in the order of it. */
async function told(baton: System, user: string): Promise<string> {
  return (await baton.messages({ user }))
    .filter(message => message.ephemeral)
    .map(message => message.text)
    .join('\n');
}

test('a lead is claimed, called, reassigned, mailed and rejected, all in Slack; who comes late hears what happened', async t => {
  const baton = await system(t, { playbook: example.replace('assigned: dm', 'assigned: both') });
  await crosses(baton);
  const card = await baton.card(CHANNEL, 'Emma Thompson');
  const { id } = await baton.handoff(EMMA);
  await baton.press(MARCUS, card, 'claim');
  await baton.card(CHANNEL, 'Claimed by');

  const call = await open(baton, MARCUS, card, 'log_call');
  assert.match(JSON.stringify(call.blocks), /Emma Thompson/);
  const now = Math.floor(baton.clock.now().getTime() / 1_000);
  assert.equal(await submit(baton, MARCUS, { outcome: 'connected', at: now + 86_400 }), 'errors');
  const filled = { at: now, minutes: '7', notes: 'Wants a demo', next_what: 'Send a proposal', next_on: '2026-12-01' };
  assert.equal(await submit(baton, MARCUS, filled), 'closed');
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).state, 'contacted');
  const tasks = await baton.records('Task');
  assert.ok(tasks.some(task => task.Status === 'Completed' && String(task.Description).includes('Wants a demo')));
  assert.ok(tasks.some(task => task.Status !== 'Completed' && String(task.Subject).includes('Send a proposal')));
  assert.match(await told(baton, MARCUS), /Your call with \*Emma Thompson\* — Acme Corp is logged: connected\./);

  await open(baton, DANA, card, 'more', `reassign:${id}`);
  assert.equal(await submit(baton, DANA, { to: 'Priya Nair', note: 'Knows their CFO' }), 'closed');
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  assert.match(await told(baton, DANA), /The lead went from \*Marcus Chen\* to \*Priya Nair\*/);

  await open(baton, PRIYA, card, 'email');
  const body = 'Hi Emma,\n\nMarcus tells me about your question.';
  assert.equal(await submit(baton, PRIYA, { subject: 'Your question', body }), 'closed');
  assert.match(await told(baton, PRIYA), /Your mail to emma\.thompson@acmecorp\.com is on its way/);
  await baton.settled();
  const { messages } = await baton.get<{ messages: unknown[] }>('/_sandbox/mail/messages');
  assert.match(JSON.stringify(messages), /"replyTo":"priya@example.com".*Your question.*Marcus tells me about/);

  await open(baton, DANA, card, 'more', `snooze:${id}`);
  await open(baton, PRIYA, card, 'more', `reject:${id}`);
  assert.equal(await submit(baton, PRIYA, { reason: 'other' }), 'errors');
  assert.equal(await submit(baton, PRIYA, { reason: 'competitor', note: 'Works at a rival' }), 'closed');
  assert.equal(await submit(baton, DANA, { until: 'Tomorrow morning' }), 'updated');
  assert.match(
    JSON.stringify((await modalOf(baton, DANA))?.blocks),
    /\*Priya Nair\* rejected this lead just now: Competitor: Works at a rival/,
  );
  const rejected = await baton.handoff(EMMA);
  assert.deepEqual([rejected.state, rejected.closedReason, rejected.closedBy], ['rejected', 'competitor', PRIYA]);

  const story = await open(baton, DANA, card, 'more', `timeline:${id}`);
  // The newest page comes first; what came before is one press away.
  const click = { view_id: story.id, action_id: EARLIER };
  await baton.post('/_sandbox/slack/act', { user: DANA, click });
  const before = await until('the page before', async () => {
    const modal = await modalOf(baton, DANA);
    return JSON.stringify(modal?.blocks) === JSON.stringify(story.blocks) ? undefined : modal;
  });
  const read = JSON.stringify([before.blocks, story.blocks]);
  for (const line of ['claimed', 'Connected', 'Knows their CFO', 'rejected']) assert.match(read, new RegExp(line, 'i'));
  assert.ok(kinds(await baton.story(id)).includes('rejected'));
});

test('two people claim in the same instant over two processes: one has it, the other hears who', async t => {
  const baton = await system(t, { playbook: example.replace('assign: weighted\n', 'assign: claim\n') });
  await crosses(baton);
  const card = await baton.card(CHANNEL, 'Emma Thompson');
  const { id, workspaceId } = await baton.handoff(EMMA);
  const second = await startWeb(t, baton);
  const { db } = baton.app.deps;
  // Both presses wait for the lead's row: neither process can be first by being quicker to read.
  await db.transaction(async trx => {
    await lockHandoff(trx, workspaceId, id);
    await baton.press(MARCUS, card, 'claim');
    baton.sandbox.setAppUrl(second);
    await baton.press(PRIYA, card, 'claim');
    await until('both processes wait for the lead', async () => {
      const { rows } = await trx.raw(
        `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0].waiting === 2;
    });
  });
  await baton.card(CHANNEL, 'Claimed by');
  const [claimed] = await baton.handoffs();
  const [winner, loser] = claimed?.claimedBy === MARCUS ? ['Marcus Chen', PRIYA] : ['Priya Nair', MARCUS];
  const heard = await until(`${loser} hears who was first`, async () => (await told(baton, loser)) || undefined);
  assert.match(heard, new RegExp(`\\*${winner}\\* claimed this just now`));
  const claims = kinds(await baton.story(id)).filter(kind => kind === 'claimed');
  assert.equal(claims.length, 1);
});
