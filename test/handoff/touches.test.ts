/** Logging a call and writing a mail, as decisions about a handoff: what is refused, and what follows. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import { touchesOf } from '../../src/db/handoffs/touches.ts';
import { claim } from '../../src/handoff/actions/claim.ts';
import { draftEmail, sendEmail } from '../../src/handoff/actions/email.ts';
import { logCall } from '../../src/handoff/actions/log-call.ts';
import { reject } from '../../src/handoff/actions/reject.ts';
import { snooze } from '../../src/handoff/actions/snooze.ts';
import type { CallNotes } from '../../src/handoff/core/outcomes.ts';
import { DAY, HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { done, type TestWorkspace, type TestWorkspaces, TUESDAY, testWorkspaces } from './test-workspaces.ts';

const CONNECTED: CallNotes = { outcome: 'connected', direction: 'outbound' };
const ago = (milliseconds: number) => later(TUESDAY, -milliseconds);
const on = (workspace: TestWorkspace, name: string, handoffId: string) => ({ ...workspace.by(name), handoffId });

describe('touches', () => {
  let all: TestWorkspaces;
  before(async () => {
    all = await testWorkspaces();
  });
  after(() => all.close());

  /** A lead of Marcus's. */
  async function marcusLead(workspace: TestWorkspace): Promise<string> {
    const id = await workspace.open();
    await updateHandoff(workspace.db, workspace.workspaceId, id, { repEmail: 'marcus@example.com' });
    return id;
  }

  test('a call: contacted, claimed by whoever has it, quiet no longer; the story tells what was said', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    done(await snooze(workspace.deps, { ...on(workspace, 'marcus', id), until: later(workspace.now(), HOUR) }));
    workspace.move(10 * MINUTE);
    const call: CallNotes = {
      ...CONNECTED,
      minutes: 4,
      at: later(workspace.now(), -2 * MINUTE),
      notes: ' asked for\nprices ',
      nextStep: { what: 'Send the proposal', on: '2026-11-26' },
    };
    done(await logCall(workspace.deps, { ...on(workspace, 'marcus', id), ...call }));
    const { state, contactedAt, claimedBy, claimedAt, snoozedUntil } = await workspace.look(id);
    assert.deepEqual(
      [state, contactedAt, claimedBy, claimedAt, snoozedUntil],
      ['contacted', call.at, 'marcus@example.com', call.at, null],
    );
    const entry = await workspace.last(id);
    assert.deepEqual([entry.kind, entry.actor], ['touched', 'marcus@example.com']);
    assert.equal(
      entry.text,
      'Marcus Chen called: connected, 4 minutes; notes: “asked for prices”; next, on Thu, Nov 26: “Send the proposal”',
    );
    const [touch, ...more] = await touchesOf(workspace.db, workspace.workspaceId, id);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [touch?.kind, touch?.origin, touch?.byEmail, touch?.at, touch?.crmState],
      ['call', 'slack', 'marcus@example.com', call.at, 'skipped'],
      'no CRM is connected: nothing waits for one',
    );
    assert.ok((await workspace.waiting()).includes(`refresh:${id}`));
  });

  test('a call nobody answered is an attempt, and counts; the earliest touch is the first', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    workspace.move(3 * HOUR);
    done(
      await logCall(workspace.deps, { ...on(workspace, 'marcus', id), outcome: 'no_answer', direction: 'outbound' }),
    );
    const first = later(workspace.now(), -HOUR);
    done(
      await logCall(workspace.deps, {
        ...on(workspace, 'dana', id),
        ...CONNECTED,
        direction: 'inbound',
        minutes: 1,
        at: first,
      }),
    );
    const { state, contactedAt, repEmail } = await workspace.look(id);
    assert.deepEqual([state, contactedAt, repEmail], ['contacted', first, 'marcus@example.com']);
    assert.match((await workspace.last(id)).text, /^Dana Ruiz took a call: connected, 1 minute\b/);
    const before = later(TUESDAY, -2 * DAY);
    for (const [name, why] of [
      ['marcus', 'You have had this lead since Tue, Nov 24, 10:00 AM: choose a time after that.'],
      ['dana', 'This lead became an MQL on Tue, Nov 24, 1:00 PM: choose a time after that.'],
    ] as const) {
      const outcome = await logCall(workspace.deps, { ...on(workspace, name, id), ...CONNECTED, at: before });
      assert.deepEqual(outcome, { kind: 'unfit', field: 'at', why });
    }
    assert.deepEqual((await workspace.look(id)).contactedAt, first, 'a call of before is no answer to the crossing');
  });

  test('somebody else’s call leaves the lead where it is; one from the pool is taken', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    done(await logCall(workspace.deps, { ...on(workspace, 'dana', id), ...CONNECTED }));
    assert.deepEqual(
      [(await workspace.look(id)).repEmail, (await workspace.look(id)).claimedBy],
      ['marcus@example.com', null],
    );
    const pooled = await workspace.open({ leadSource: 'Pool' });
    assert.equal((await workspace.look(pooled)).repEmail, null);
    done(await logCall(workspace.deps, { ...on(workspace, 'priya', pooled), ...CONNECTED }));
    const { state, repEmail, claimedBy } = await workspace.look(pooled);
    assert.deepEqual([state, repEmail, claimedBy], ['contacted', 'priya@example.com', 'priya@example.com']);
    assert.deepEqual(
      (await workspace.story(pooled)).map(entry => entry.kind),
      ['claimed', 'touched'],
    );
  });

  test('what cannot be used is said at its field, and nothing changes', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    const next = (what: string, day: string) => ({ nextStep: { what, on: day } });
    const table: [field: string, change: object][] = [
      ['outcome', { outcome: 'married' }],
      ['outcome', { outcome: 'toString' }],
      ['direction', { direction: 'upward' }],
      ['minutes', { minutes: -1 }],
      ['minutes', { minutes: 1.5 }],
      ['minutes', { minutes: 601 }],
      ['minutes', { minutes: Number.NaN }],
      ['at', { at: later(TUESDAY, 2 * MINUTE) }],
      ['at', { at: ago(30 * DAY + MINUTE) }],
      ['at', { at: new Date(Number.NaN) }],
      ['notes', { notes: 'x'.repeat(3_001) }],
      ['next_what', next(' ', '2026-11-26')],
      ['next_what', next('x'.repeat(251), '2026-11-26')],
      ['next_on', next('Send it', '2026-11-23')],
      ['next_on', next('Send it', '2026-02-30')],
      ['next_on', next('Send it', 'soon')],
    ];
    for (const [field, change] of table) {
      const outcome = await logCall(workspace.deps, { ...on(workspace, 'marcus', id), ...CONNECTED, ...change });
      assert.deepEqual([outcome.kind, 'field' in outcome && outcome.field], ['unfit', field], JSON.stringify(change));
    }
    assert.deepEqual(await touchesOf(workspace.db, workspace.workspaceId, id), []);
    assert.equal((await workspace.look(id)).state, 'assigned');
    // A phone a little ahead of us, zero minutes, and the very edges are fine.
    for (const change of [
      { at: later(TUESDAY, MINUTE), minutes: 0 },
      { minutes: 600, notes: 'x'.repeat(3_000) },
    ]) {
      done(await logCall(workspace.deps, { ...on(workspace, 'marcus', id), ...CONNECTED, ...change }));
    }
    const touches = await touchesOf(workspace.db, workspace.workspaceId, id);
    assert.ok(touches.every(touch => touch.at <= workspace.now()));
  });

  test('today is the rep’s own day', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    // Wednesday in London, still Tuesday in Los Angeles.
    workspace.move(8 * HOUR);
    const call = { ...CONNECTED, nextStep: { what: 'Call again', on: '2026-11-24' } };
    done(await logCall(workspace.deps, { ...on(workspace, 'marcus', id), ...call }));
    const late = await logCall(workspace.deps, { ...on(workspace, 'olga', id), ...call });
    assert.equal(late.kind, 'not_allowed', 'it is Marcus’s now');
    await updateHandoff(workspace.db, workspace.workspaceId, id, { repEmail: 'tom@example.com', claimedBy: null });
    assert.equal((await logCall(workspace.deps, { ...on(workspace, 'tom', id), ...call })).kind, 'unfit');
  });

  test('rights and closed leads: who can, or what happened since', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    done(
      await claim(workspace.deps, on(workspace, 'marcus', id)).then(outcome => ({ ...outcome, kind: 'done' as const })),
    );
    const deeds = [
      (name: string) => logCall(workspace.deps, { ...on(workspace, name, id), ...CONNECTED }),
      (name: string) => draftEmail(workspace.deps, on(workspace, name, id)),
      (name: string) => sendEmail(workspace.deps, { ...on(workspace, name, id), subject: 's', body: 'b' }),
    ];
    for (const deed of deeds) {
      assert.deepEqual(await deed('priya'), { kind: 'not_allowed', who: 'Marcus Chen, Dana Ruiz or an admin' });
      assert.deepEqual(await deed('stranger'), { kind: 'not_allowed', who: 'people of the playbook' });
    }
    // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
    done(await reject(workspace.deps, { ...on(workspace, 'marcus', id), reason: 'duplicate', then: 'nurture' }));
    for (const deed of deeds) {
      const outcome = await deed('marcus');
      assert.deepEqual([outcome.kind, 'by' in outcome && outcome.by], ['closed', 'Marcus Chen']);
    }
    assert.deepEqual(
      await logCall(workspace.deps, {
        ...on(
          workspace,
          'ada',
          id.replace(/^./, first => (first === 'f' ? 'e' : 'f')),
        ),
        ...CONNECTED,
      }),
      {
        kind: 'not_found',
      },
    );
  });

  test('a draft is filled in for the lead and whoever asks; without a mail server it cannot be sent', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    const { draft } = done(await draftEmail(workspace.deps, on(workspace, 'marcus', id)));
    assert.deepEqual(
      [draft.template, draft.templates, draft.to, draft.subject, draft.canSend, draft.replyTo],
      [
        'intro',
        [{ id: 'intro', name: 'Introduction' }],
        `${id}@acmecorp.com`,
        'Your questions, and Acme',
        false,
        'marcus@example.com',
      ],
    );
    assert.match(draft.body, /^Hi Emma,\n.*\nMarcus Chen$/s);
    const refused = await sendEmail(workspace.deps, { ...on(workspace, 'marcus', id), subject: 's', body: 'b' });
    assert.deepEqual([refused.kind, 'why' in refused && /SMTP_URL/.test(refused.why)], ['unfit', true]);
    assert.equal((await workspace.look(id)).state, 'assigned');
  });

  test('nobody is written to who asked not to be, who is a test, or whose address is none', async () => {
    const workspace = await all.workspace();
    const id = await marcusLead(workspace);
    const { facts, judgement } = await workspace.look(id);
    const addressed = (email: string) => ({ facts: { ...facts, contact: { ...facts.contact, email } } });
    const table: [change: Parameters<typeof updateHandoff>[3], why: RegExp][] = [
      [{ judgement: { ...judgement, flags: ['unsubscribed'] } }, /asked not to be mailed/],
      [{ judgement, isTest: true }, /test lead/],
      [{ isTest: false, ...addressed('') }, /has no e-mail address/],
      [addressed('a@b.example, c@d.example'), /no e-mail address anybody/],
      [addressed('Emma <a@b.example>'), /no e-mail address anybody/],
      [addressed('a@b.example\nBcc: c@d.example'), /no e-mail address anybody/],
      [addressed(`${'a'.repeat(65)}@b.example`), /no e-mail address anybody/],
    ];
    for (const [change, why] of table) {
      await updateHandoff(workspace.db, workspace.workspaceId, id, change);
      for (const outcome of [
        await draftEmail(workspace.deps, on(workspace, 'marcus', id)),
        await sendEmail(workspace.deps, { ...on(workspace, 'marcus', id), subject: 's', body: 'b' }),
      ]) {
        assert.ok(outcome.kind === 'unfit' && outcome.field === 'to', JSON.stringify(outcome));
        assert.match(outcome.why, why);
      }
    }
    assert.deepEqual(await workspace.db('emails').where({ handoff_id: id }), []);
  });
});
