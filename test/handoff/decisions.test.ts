import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import { absencesAfter, rememberSlackPerson } from '../../src/db/people/people.ts';
import { away, back } from '../../src/handoff/actions/absence.ts';
import { claim } from '../../src/handoff/actions/claim.ts';
import { moveAll, reassign } from '../../src/handoff/actions/reassign.ts';
import { reject, reopen } from '../../src/handoff/actions/reject.ts';
import { release } from '../../src/handoff/actions/release.ts';
import { snooze, wake } from '../../src/handoff/actions/snooze.ts';
import { DAY, HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { done, said, type TestWorkspace, type TestWorkspaces, testWorkspaces } from './test-workspaces.ts';

const to = {
  person: (name: string) => ({ kind: 'person' as const, email: `${name}@example.com` }),
  team: (team: string) => ({ kind: 'team' as const, team }),
  next: { kind: 'next' as const },
};
/** What is done with a lead that is turned down: `then` of an awaited call is a word, not a method. */
function turnedDown<T extends object>(rest: T, next: 'nurture' | 'next' = 'nurture') {
  // biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
  return { ...rest, then: next };
}

const DUPLICATE = turnedDown({ reason: 'duplicate' as const });

describe('decisions by people', () => {
  let all: TestWorkspaces;
  before(async () => {
    all = await testWorkspaces();
  });
  after(() => all.close());

  const on = (workspace: TestWorkspace, name: string, handoffId: string) => ({ ...workspace.by(name), handoffId });

  describe('rights', () => {
    /** Everything that can be done about a lead of Marcus's. */
    const deeds: Record<
      string,
      (workspace: TestWorkspace, name: string, id: string) => Promise<{ kind: string; who?: string }>
    > = {
      reassign: (workspace, name, id) =>
        reassign(workspace.deps, { ...on(workspace, name, id), to: to.person('priya') }),
      reject: (workspace, name, id) => reject(workspace.deps, { ...on(workspace, name, id), ...DUPLICATE }),
      snooze: (workspace, name, id) =>
        snooze(workspace.deps, { ...on(workspace, name, id), until: later(workspace.now(), HOUR) }),
    };
    for (const [deed, run] of Object.entries(deeds)) {
      test(`${deed}: the rep, their manager and admins, claimed or not`, async () => {
        const workspace = await all.workspace();
        for (const name of ['marcus', 'dana', 'ada', 'priya', 'olga', 'stranger']) {
          for (const state of ['assigned', 'claimed']) {
            const id = await workspace.open();
            await updateHandoff(workspace.db, workspace.workspaceId, id, { repEmail: 'marcus@example.com' });
            if (state === 'claimed')
              assert.equal((await claim(workspace.deps, on(workspace, 'marcus', id))).kind, 'claimed');
            const may = ['marcus', 'dana', 'ada'].includes(name);
            const outcome = await run(workspace, name, id);
            assert.equal(outcome.kind, may ? 'done' : 'not_allowed', `${name}, ${state}: ${JSON.stringify(outcome)}`);
            if (name === 'stranger') assert.equal(outcome.who, 'people of the playbook');
            else if (!may) assert.equal(outcome.who, 'Marcus Chen, Dana Ruiz or an admin');
            if (!may) assert.equal((await workspace.look(id)).state, state);
          }
        }
      });

      test(`${deed}: everybody of the playbook on what lies in a claim pool`, async () => {
        const workspace = await all.workspace();
        for (const name of ['marcus', 'dana', 'olga', 'stranger']) {
          const outcome = await run(workspace, name, await workspace.open({ leadSource: 'Pool' }));
          assert.equal(
            outcome.kind,
            name === 'stranger' ? 'not_allowed' : 'done',
            `${name}: ${JSON.stringify(outcome)}`,
          );
        }
      });
    }

    test('nobody claims what is assigned to somebody else, but their manager and admins', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      const refused = await claim(workspace.deps, on(workspace, 'priya', id));
      assert.deepEqual(refused, { kind: 'not_allowed', who: 'Marcus Chen, Dana Ruiz or an admin' });
      assert.equal((await claim(workspace.deps, on(workspace, 'dana', id))).kind, 'claimed');
    });

    test('a lead that is gone, or another workspace’s, is not found', async () => {
      const [mine, theirs] = [await all.workspace(), await all.workspace()];
      const id = await theirs.open();
      for (const run of Object.values(deeds)) assert.deepEqual(await run(mine, 'ada', id), { kind: 'not_found' });
      assert.deepEqual(await claim(mine.deps, on(mine, 'ada', id)), { kind: 'not_found' });
    });
  });

  describe('reassign', () => {
    test('to a team mate: books, promise, cards, record and story follow', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      assert.equal((await workspace.look(id)).repEmail, 'marcus@example.com');
      assert.deepEqual(await workspace.books(), { 'mid marcus': 1 });
      await claim(workspace.deps, on(workspace, 'marcus', id));
      const first = (await workspace.look(id)).decision;
      await snooze(workspace.deps, { ...on(workspace, 'marcus', id), until: later(workspace.now(), DAY) });
      workspace.move(30 * MINUTE);

      const outcome = await reassign(workspace.deps, {
        ...on(workspace, 'dana', id),
        to: to.person('priya'),
        note: ' <!channel>\nyou know them ',
      });
      assert.deepEqual(said(outcome), { kind: 'done', to: 'Priya Nair', from: 'Marcus Chen' });
      const handoff = await workspace.look(id);
      assert.deepEqual(
        [handoff.state, handoff.repEmail, handoff.team, handoff.claimedBy, handoff.claimedAt, handoff.snoozedUntil],
        ['assigned', 'priya@example.com', 'mid', null, null, null],
      );
      // What was promised to the lead stays.
      assert.deepEqual([handoff.assignedAt, handoff.dueAt], [workspace.now(), later(workspace.now(), 30 * MINUTE)]);
      assert.deepEqual(handoff.decision?.to, {
        kind: 'person',
        email: 'priya@example.com',
        team: 'mid',
        via: 'manual',
      });
      assert.equal(handoff.decision?.rule, 'manual');
      assert.deepEqual(await workspace.books(), { 'mid priya': 1 });

      const { kind, text, actor, detail } = await workspace.last(id);
      assert.deepEqual([kind, actor], ['reassigned', 'dana@example.com']);
      assert.equal(
        text,
        'Dana Ruiz reassigned this lead: Marcus Chen → Priya Nair: “<!channel> you know them”. It counts as Priya Nair’s turn in Mid-market, not Marcus Chen’s',
      );
      assert.equal(detail.note, '<!channel>\nyou know them');
      assert.deepEqual(detail.previously, first);
      const jobs = await workspace.waiting();
      for (const job of ['record', 'notify', 'refresh']) assert.ok(jobs.includes(`${job}:${id}`), job);
      assert.ok(jobs.some(job => job.startsWith('thread:')));
    });

    test('to somebody outside the team: nobody’s turn, and the story says so', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      done(await reassign(workspace.deps, { ...on(workspace, 'marcus', id), to: to.person('Chan') }));
      assert.deepEqual([(await workspace.look(id)).team, await workspace.books()], [null, {}]);
      assert.match((await workspace.last(id)).text, /→ Chan Li\. It won’t count against Marcus Chen in Mid-market$/);
      done(await reassign(workspace.deps, { ...on(workspace, 'chan', id), to: to.person('tom') }));
      assert.match((await workspace.last(id)).text, /: Chan Li → Tom Okafor$/);
    });

    test('to a team: its next, but never who has it or turned it down; a pool has it openly', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      await updateHandoff(workspace.db, workspace.workspaceId, id, { passedBy: ['tom@example.com'] });
      assert.equal(
        done(await reassign(workspace.deps, { ...on(workspace, 'dana', id), to: to.team('emea') })).to,
        'Priya Nair',
      );
      assert.deepEqual(await workspace.books(), { 'emea priya': 1 });
      assert.match((await workspace.last(id)).text, /EMEA .*Tom Okafor skipped: had this lead already\. It counts as/);

      const outcome = await reassign(workspace.deps, { ...on(workspace, 'dana', id), to: to.team('emea') });
      assert.deepEqual(outcome, {
        kind: 'unfit',
        field: 'to',
        why: 'Nobody is available: EMEA (Tom Okafor: had this lead already; Priya Nair: had this lead already).',
      });
      assert.deepEqual(await workspace.books(), { 'emea priya': 1 }, 'a refusal moves no turn');

      const pooled = done(await reassign(workspace.deps, { ...on(workspace, 'dana', id), to: to.team('pool') }));
      assert.equal(pooled.to, 'the claim pool Pool');
      const handoff = await workspace.look(id);
      assert.deepEqual([handoff.state, handoff.repEmail, handoff.team], ['assigned', null, 'pool']);
      assert.deepEqual(await workspace.books(), {});
      assert.equal((await claim(workspace.deps, on(workspace, 'marcus', id))).kind, 'claimed');
      assert.deepEqual([(await workspace.look(id)).repEmail, await workspace.books()], ['marcus@example.com', {}]);
    });

    test('to the next in line; at night to whoever is not away', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      assert.equal(
        done(await reassign(workspace.deps, { ...on(workspace, 'marcus', id), to: to.next })).to,
        'Priya Nair',
      );
      workspace.move(12 * HOUR);
      assert.equal(
        done(await reassign(workspace.deps, { ...on(workspace, 'priya', id), to: to.next })).to,
        'Marcus Chen',
      );
      assert.match((await workspace.last(id)).text, /nobody at work; working hours set aside/);
      await away(workspace.deps, workspace.by('priya'));
      const refused = await reassign(workspace.deps, { ...on(workspace, 'marcus', id), to: to.next });
      assert.equal(refused.kind, 'unfit');
      assert.match(JSON.stringify(refused), /Priya Nair: away, no day of return given/);
      assert.deepEqual(await workspace.books(), { 'mid marcus': 1 });
    });

    test('not to strangers, the deactivated, those away, the present rep or a team that is not', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      await away(workspace.deps, { ...workspace.by('tom'), until: later(workspace.now(), 3 * DAY) });
      await rememberSlackPerson(
        workspace.db,
        workspace.workspaceId,
        'chan@example.com',
        { slackId: 'U-chan', active: false },
        workspace.now(),
      );
      for (const [target, why] of [
        [to.person('nobody'), /not among the people of the playbook/],
        [to.person('chan'), /Chan Li cannot have it: deactivated in Slack/],
        [to.person('tom'), /Tom Okafor cannot have it: away until Fri 27 Nov 2026/],
        [to.person('marcus'), /Marcus Chen has this lead already/],
        [to.team('__proto__'), /no team "__proto__"/],
      ] as const) {
        const outcome = await reassign(workspace.deps, { ...on(workspace, 'ada', id), to: target });
        assert.equal(outcome.kind === 'unfit' && outcome.field, 'to', JSON.stringify(outcome));
        assert.match(JSON.stringify(outcome).replaceAll('\\', ''), why);
      }
      assert.deepEqual(
        [(await workspace.look(id)).repEmail, await workspace.books()],
        ['marcus@example.com', { 'mid marcus': 1 }],
      );
    });
  });

  describe('reject', () => {
    test('to nurture: closed with the reason, the turn is back, and old buttons say what happened', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      done(await reject(workspace.deps, { ...on(workspace, 'marcus', id), ...DUPLICATE, note: 'see Emma T.' }));
      const handoff = await workspace.look(id);
      assert.deepEqual(
        [handoff.state, handoff.closedBy, handoff.closedAt, handoff.closedReason, handoff.closedNote, handoff.passedBy],
        ['rejected', 'marcus@example.com', workspace.now(), 'duplicate', 'see Emma T.', ['marcus@example.com']],
      );
      assert.deepEqual(await workspace.books(), {});
      assert.match(
        (await workspace.last(id)).text,
        /^Marcus Chen rejected this lead \(Duplicate\): “see Emma T.”\. It goes back to nurture\. It won’t count against Marcus Chen/,
      );
      const closed = {
        kind: 'closed',
        state: 'rejected',
        by: 'Marcus Chen',
        at: workspace.now(),
        reason: 'Duplicate: see Emma T.',
      };
      workspace.move(HOUR);
      assert.deepEqual(await claim(workspace.deps, on(workspace, 'priya', id)), closed);
      assert.deepEqual(await reject(workspace.deps, { ...on(workspace, 'marcus', id), ...DUPLICATE }), closed);
      assert.deepEqual(await reassign(workspace.deps, { ...on(workspace, 'ada', id), to: to.next }), closed);
      assert.deepEqual(
        await snooze(workspace.deps, { ...on(workspace, 'ada', id), until: later(workspace.now(), HOUR) }),
        closed,
      );
      assert.deepEqual(await release(workspace.deps, on(workspace, 'ada', id)), closed);
    });

    test('on to the next, until nobody is left; "other" wants a word', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      const other = turnedDown({ ...on(workspace, 'marcus', id), reason: 'other' as const }, 'next');
      const wordless = await reject(workspace.deps, { ...other, note: '  ' });
      assert.equal(wordless.kind === 'unfit' && wordless.field, 'note');
      assert.deepEqual(said(await reject(workspace.deps, { ...other, note: 'spam' })), {
        kind: 'done',
        next: 'Priya Nair',
      });
      const handoff = await workspace.look(id);
      assert.deepEqual(
        [handoff.state, handoff.closedReason, handoff.passedBy],
        ['assigned', null, ['marcus@example.com']],
      );
      const { kind, detail } = await workspace.last(id);
      assert.deepEqual([kind, detail.reason, detail.note], ['rejected', 'other', 'spam']);
      assert.deepEqual(await workspace.books(), { 'mid priya': 1 });
      const student = (who: string) => turnedDown({ ...on(workspace, who, id), reason: 'student' as const }, 'next');
      assert.deepEqual(
        said(await reject(workspace.deps, student('priya'))),
        { kind: 'done', next: 'Ada Moss' },
        'the fallback',
      );
      assert.deepEqual(await workspace.books(), {});
      const refused = await reject(workspace.deps, student('ada'));
      assert.equal(refused.kind === 'unfit' && refused.field, 'then', JSON.stringify(refused));
      const two = ['marcus@example.com', 'priya@example.com'];
      assert.deepEqual((await workspace.look(id)).passedBy, two, 'a refusal changes nothing');
    });

    test('on by the rules from the top: to another team whose rule takes it, not the one it was moved to', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open({ country: 'GB' });
      const first = (await workspace.look(id)).repEmail?.split('@')[0] ?? '';
      done(await reassign(workspace.deps, { ...on(workspace, 'ada', id), to: to.person('chan') }));
      const declined = turnedDown({ ...on(workspace, 'chan', id), reason: 'student' as const }, 'next');
      const made = done(await reject(workspace.deps, declined));
      assert.equal(made.next, first === 'tom' ? 'Priya Nair' : 'Tom Okafor');
      assert.match((await workspace.last(id)).text, /by the rule EMEA/);
    });
  });

  describe('reopen', () => {
    test('back to whoever had it, who no longer counts as having turned it down', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      await reject(workspace.deps, { ...on(workspace, 'marcus', id), ...DUPLICATE });
      workspace.move(HOUR);
      assert.deepEqual(await reopen(workspace.deps, on(workspace, 'dana', id)), { kind: 'done', to: 'Marcus Chen' });
      const handoff = await workspace.look(id);
      assert.deepEqual(
        [handoff.state, handoff.repEmail, handoff.passedBy, handoff.closedAt, handoff.closedReason, handoff.dueAt],
        ['assigned', 'marcus@example.com', [], null, null, workspace.now()],
      );
      assert.deepEqual(await workspace.books(), { 'mid marcus': 1 });
      assert.equal((await workspace.last(id)).kind, 'reopened');
      const open = await reopen(workspace.deps, on(workspace, 'dana', id));
      assert.deepEqual(open, { kind: 'closed', state: 'assigned', by: 'Marcus Chen', at: workspace.now() });
    });

    test('to whoever asks when that one is away, or when nobody had it; then it gets its record', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      await reject(workspace.deps, { ...on(workspace, 'marcus', id), ...DUPLICATE });
      await away(workspace.deps, workspace.by('marcus'));
      assert.equal((await reopen(workspace.deps, on(workspace, 'priya', id))).kind, 'not_allowed');
      assert.equal(done(await reopen(workspace.deps, on(workspace, 'dana', id))).to, 'Dana Ruiz');
      assert.match((await workspace.last(id)).text, /^Dana Ruiz reopened this lead \(Marcus Chen had it\) → Dana Ruiz/);

      const nurtured = await workspace.open({ leadSource: 'Newsletter' });
      assert.equal((await workspace.look(nurtured)).state, 'nurture');
      assert.equal(done(await reopen(workspace.deps, on(workspace, 'chan', nurtured))).to, 'Chan Li');
      const { state, repEmail, recordState } = await workspace.look(nurtured);
      assert.deepEqual([state, repEmail, recordState], ['assigned', 'chan@example.com', 'pending']);
      assert.ok((await workspace.waiting()).includes(`record:${nurtured}`));
      await workspace.books();
    });
  });

  test('snooze: until a time that can be, and the rep hears of it then, whoever’s clock is wrong', async () => {
    const workspace = await all.workspace();
    const id = await workspace.open();
    for (const until of [
      workspace.now(),
      later(workspace.now(), -DAY),
      later(workspace.now(), 91 * DAY),
      new Date(Number.NaN),
    ]) {
      const outcome = await snooze(workspace.deps, { ...on(workspace, 'marcus', id), until });
      assert.equal(outcome.kind === 'unfit' && outcome.field, 'until');
    }
    const until = later(workspace.now(), 2 * DAY);
    done(await snooze(workspace.deps, { ...on(workspace, 'marcus', id), until, note: 'on holiday' }));
    assert.match(
      (await workspace.last(id)).text,
      /^Marcus Chen snoozed this lead until Thu, Nov 26, 10:00 AM PST: “on holiday”$/,
    );
    const payload = { workspaceId: workspace.workspaceId, handoffId: id };

    await wake(workspace.deps, payload, 1);
    assert.equal((await workspace.last(id)).kind, 'snoozed', 'too early: it waits on');
    assert.ok((await workspace.waiting()).includes(`wake:${id}`));
    assert.deepEqual((await workspace.look(id)).snoozedUntil, until);

    workspace.move(2 * DAY);
    await wake(workspace.deps, payload, 1);
    await wake(workspace.deps, payload, 1);
    assert.deepEqual([(await workspace.look(id)).snoozedUntil, (await workspace.last(id)).kind], [null, 'woken']);
    assert.deepEqual(
      workspace.told.map(({ place }) => place),
      [{ kind: 'dm', slackId: 'U-marcus' }],
    );

    done(await snooze(workspace.deps, { ...on(workspace, 'marcus', id), until: later(workspace.now(), HOUR) }));
    done(await reject(workspace.deps, { ...on(workspace, 'marcus', id), ...DUPLICATE }));
    workspace.move(HOUR);
    await wake(workspace.deps, payload, 1);
    assert.deepEqual(
      [(await workspace.last(id)).kind, workspace.told.length],
      ['rejected', 1],
      'a closed lead sleeps on',
    );
  });

  describe('what Baton held', () => {
    test('managers and admins release it to where routing sends it', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open({ state: 'held' });
      for (const [name, who] of [
        ['marcus', 'a manager or an admin'],
        ['stranger', 'people of the playbook'],
      ] as const) {
        assert.deepEqual(await release(workspace.deps, on(workspace, name, id)), { kind: 'not_allowed', who });
      }
      const held = await reassign(workspace.deps, { ...on(workspace, 'marcus', id), to: to.person('marcus') });
      assert.deepEqual(held, { kind: 'not_allowed', who: 'a manager or an admin' });

      assert.deepEqual(await release(workspace.deps, on(workspace, 'olga', id)), { kind: 'done', to: 'Marcus Chen' });
      const handoff = await workspace.look(id);
      assert.deepEqual(
        [handoff.state, handoff.repEmail, handoff.recordState, handoff.dueAt, handoff.decision?.rule],
        ['assigned', 'marcus@example.com', 'pending', later(workspace.now(), HOUR), 'Everybody else'],
      );
      assert.deepEqual(await workspace.books(), { 'mid marcus': 1 });
      assert.deepEqual(
        (await workspace.story(id)).map(entry => entry.kind),
        ['released', 'routed', 'assigned'],
      );
      const jobs = await workspace.waiting();
      assert.ok(jobs.includes(`record:${id}`) && jobs.includes(`notify:${id}`));
    });

    test('or turn it down, or give it to somebody', async () => {
      const workspace = await all.workspace();
      const [one, other] = [await workspace.open({ state: 'held' }), await workspace.open({ state: 'held' })];
      done(await reject(workspace.deps, { ...on(workspace, 'dana', one), ...DUPLICATE }));
      assert.equal((await workspace.look(one)).state, 'rejected');
      done(await reassign(workspace.deps, { ...on(workspace, 'dana', other), to: to.person('tom') }));
      assert.deepEqual(
        [(await workspace.look(other)).repEmail, (await workspace.look(other)).recordState],
        ['tom@example.com', 'pending'],
      );
    });
  });

  describe('claim', () => {
    test('by a manager of what is a rep’s gives the turn back', async () => {
      const workspace = await all.workspace();
      const one = await workspace.open();
      assert.deepEqual(said(await claim(workspace.deps, on(workspace, 'dana', one))), { kind: 'claimed' });
      assert.match((await workspace.last(one)).text, /^Dana Ruiz claimed the lead, which Marcus Chen had\./);
      assert.equal((await workspace.look(one)).turnTeam, null);
      assert.deepEqual(await workspace.books(), {});
      const jobs = await workspace.waiting();
      assert.ok(jobs.includes(`record:${one}`) && jobs.includes(`notify:${one}`));
      assert.deepEqual(await claim(workspace.deps, on(workspace, 'marcus', one)), {
        kind: 'taken',
        by: 'Dana Ruiz',
        at: workspace.now(),
        yours: false,
      });
      const stranger = await claim(workspace.deps, on(workspace, 'stranger', one));
      assert.deepEqual(stranger, { kind: 'not_allowed', who: 'people of the playbook' });
    });

    test('by everybody at once: one wins, and all the others hear who', async () => {
      const workspace = await all.workspace();
      for (let round = 0; round < 5; round += 1) {
        const id = await workspace.open({ leadSource: 'Pool' });
        const names = ['marcus', 'priya', 'tom', 'chan', 'dana'];
        const outcomes = await Promise.all(names.map(name => claim(workspace.deps, on(workspace, name, id))));
        assert.equal(outcomes.filter(outcome => outcome.kind === 'claimed').length, 1);
        const { claimedBy } = await workspace.look(id);
        assert.equal(claimedBy, `${names[outcomes.findIndex(outcome => outcome.kind === 'claimed')]}@example.com`);
        assert.equal(outcomes.filter(outcome => outcome.kind === 'taken').length, names.length - 1);
        await workspace.books();
      }
    });

    test('and a reassignment at once: whichever came second sees the first', async () => {
      const workspace = await all.workspace();
      for (let round = 0; round < 5; round += 1) {
        const id = await workspace.open({ leadSource: 'Pool' });
        const [claimed, moved] = await Promise.all([
          claim(workspace.deps, on(workspace, 'chan', id)),
          reassign(workspace.deps, { ...on(workspace, 'tom', id), to: to.person('tom') }),
        ]);
        const { repEmail } = await workspace.look(id);
        // Whoever came second found that it is somebody's.
        const isChans = claimed.kind === 'claimed';
        assert.equal(repEmail, isChans ? 'chan@example.com' : 'tom@example.com');
        assert.equal((isChans ? moved : claimed).kind, 'not_allowed', JSON.stringify([claimed, moved]));
        assert.deepEqual(await workspace.books(), {});
      }
    });
  });

  describe('away and back', () => {
    test('for oneself, or by whoever answers for one; the open leads are counted', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      assert.deepEqual(said(await away(workspace.deps, workspace.by('marcus'))), {
        kind: 'done',
        name: 'Marcus Chen',
        openLeads: 1,
      });
      assert.notEqual((await workspace.look(await workspace.open())).repEmail, 'marcus@example.com');
      assert.deepEqual(await back(workspace.deps, workspace.by('marcus')), {
        kind: 'done',
        name: 'Marcus Chen',
        wasAway: true,
      });
      assert.deepEqual(await back(workspace.deps, workspace.by('marcus')), {
        kind: 'done',
        name: 'Marcus Chen',
        wasAway: false,
      });
      assert.equal((await workspace.look(id)).repEmail, 'marcus@example.com');
      for (const [name, email, kind] of [
        ['dana', 'marcus', 'done'],
        ['olga', 'tom', 'done'],
        ['ada', 'chan', 'done'],
        ['priya', 'marcus', 'not_allowed'],
        ['olga', 'marcus', 'not_allowed'],
        ['stranger', 'marcus', 'not_allowed'],
        ['ada', 'nobody', 'unfit'],
      ] as const) {
        const given = { ...workspace.by(name), email: `${email}@example.com` };
        assert.equal((await away(workspace.deps, given)).kind, kind, `${name} sends ${email} away`);
        assert.equal((await back(workspace.deps, given)).kind, kind, `${name} calls ${email} back`);
      }
      const refused = await away(workspace.deps, { ...workspace.by('olga'), email: 'marcus@example.com' });
      assert.deepEqual(refused, { kind: 'not_allowed', who: 'Marcus Chen, Dana Ruiz or an admin' });
    });

    test('not in the past, nor backwards; a new absence takes the place of what it overlaps', async () => {
      const workspace = await all.workspace();
      const day = (days: number) => later(workspace.now(), days * DAY);
      const says = async (given: { from?: Date; until?: Date }) => {
        const outcome = await away(workspace.deps, { ...workspace.by('tom'), ...given });
        return outcome.kind === 'unfit' ? outcome.field : outcome.kind;
      };
      assert.equal(await says({ from: day(-2) }), 'from');
      assert.equal(await says({ until: day(0) }), 'until');
      assert.equal(await says({ from: day(5), until: day(5) }), 'until');
      assert.equal(await says({ from: new Date(Number.NaN) }), 'from');
      const theirs = async () =>
        (await absencesAfter(workspace.db, workspace.workspaceId, workspace.now())).map(({ from, until }) => [
          (from.getTime() - workspace.now().getTime()) / DAY,
          until && (until.getTime() - workspace.now().getTime()) / DAY,
        ]);
      assert.equal(await says({}), 'done');
      assert.deepEqual(await theirs(), [[0, null]]);
      assert.equal(await says({ until: day(3) }), 'done');
      assert.deepEqual(await theirs(), [[0, 3]], 'an end replaces "until further notice"');
      assert.equal(await says({ from: day(10), until: day(20) }), 'done');
      assert.equal(await says({ from: day(15) }), 'done');
      assert.deepEqual(await theirs(), [
        [0, 3],
        [10, 15],
        [15, null],
      ]);
      assert.equal(await says({ from: day(2), until: day(12) }), 'done');
      assert.deepEqual(await theirs(), [
        [0, 2],
        [2, 12],
        [12, 15],
        [15, null],
      ]);
      assert.equal(await says({}), 'done');
      assert.deepEqual(await theirs(), [[0, null]]);
    });
  });

  describe('all leads of one person', () => {
    test('go on, but for what was contacted; the manager hears how many', async () => {
      const workspace = await all.workspace();
      const mine: string[] = [];
      while (mine.length < 4) {
        const id = await workspace.open();
        if ((await workspace.look(id)).repEmail === 'marcus@example.com') mine.push(id);
      }
      const [contacted = '', claimed = ''] = mine;
      await updateHandoff(workspace.db, workspace.workspaceId, contacted, {
        state: 'contacted',
        contactedAt: workspace.now(),
      });
      await claim(workspace.deps, on(workspace, 'marcus', claimed));
      await away(workspace.deps, { ...workspace.by('dana'), email: 'marcus@example.com' });
      for (const [name, who] of [
        ['priya', 'Dana Ruiz or an admin'],
        ['marcus', 'Dana Ruiz or an admin'],
        ['stranger', 'people of the playbook'],
      ] as const) {
        const refused = await moveAll(workspace.deps, {
          ...workspace.by(name),
          from: 'marcus@example.com',
          to: to.next,
        });
        assert.deepEqual(refused, { kind: 'not_allowed', who });
      }
      const outcome = await moveAll(workspace.deps, {
        ...workspace.by('dana'),
        from: 'marcus@example.com',
        to: to.next,
      });
      assert.deepEqual(outcome, { kind: 'done', moved: 3, left: 1 });
      assert.equal((await workspace.look(contacted)).repEmail, 'marcus@example.com');
      for (const id of mine.slice(1)) {
        assert.equal((await workspace.look(id)).repEmail, 'priya@example.com');
        const { text, detail } = await workspace.last(id);
        assert.match(text, /^Dana Ruiz reassigned every lead that nobody has contacted: Marcus Chen → /);
        assert.equal(detail.all, true);
      }
      await workspace.books();
      const again = await moveAll(workspace.deps, { ...workspace.by('dana'), from: 'marcus@example.com', to: to.next });
      assert.deepEqual(again, { kind: 'done', moved: 0, left: 1 });
    });

    test('stay when nobody can have them, and it is said why', async () => {
      const workspace = await all.workspace();
      const id = await workspace.open();
      const outcome = await moveAll(workspace.deps, {
        ...workspace.by('ada'),
        from: 'marcus@example.com',
        to: to.person('nobody'),
      });
      assert.equal(outcome.kind === 'unfit' && outcome.field, 'to');
      assert.equal((await workspace.look(id)).repEmail, 'marcus@example.com');
    });
  });

  test('whatever people do, every turn in the books is the turn of one handoff, and debts add up to nothing', async () => {
    const name = fc.constantFrom('marcus', 'priya', 'tom', 'chan', 'dana', 'ada');
    const target = fc.oneof(
      name.map(to.person),
      fc.constantFrom('mid', 'emea', 'pool').map(to.team),
      fc.constant(to.next),
    );
    const which = fc.nat(7);
    const deed = fc.oneof(
      fc.record({
        do: fc.constant('open' as const),
        country: fc.constantFrom('US', 'GB'),
        leadSource: fc.constantFrom('Web', 'Partner', 'Pool'),
      }),
      fc.record({ do: fc.constant('claim' as const), name, which }),
      fc.record({ do: fc.constant('reassign' as const), name, which, target }),
      fc.record({ do: fc.constant('reject' as const), name, which, next: fc.boolean() }),
      fc.record({ do: fc.constant('reopen' as const), name, which }),
      fc.record({ do: fc.constant('away' as const), name, hours: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ do: fc.constant('back' as const), name }),
      fc.record({ do: fc.constant('moveAll' as const), name, target }),
      fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 30, size: 'max' }), async deeds => {
        const workspace = await all.workspace();
        const ids = [await workspace.open(), await workspace.open({ country: 'GB' })];
        const pick = (which: number) => ids[which % ids.length] ?? '';
        for (const one of deeds) {
          switch (one.do) {
            case 'open':
              ids.push(await workspace.open(one));
              break;
            case 'claim':
              await claim(workspace.deps, on(workspace, one.name, pick(one.which)));
              break;
            case 'reassign':
              await reassign(workspace.deps, { ...on(workspace, one.name, pick(one.which)), to: one.target });
              break;
            case 'reject':
              await reject(
                workspace.deps,
                turnedDown(
                  { ...on(workspace, one.name, pick(one.which)), reason: 'student' as const },
                  one.next ? 'next' : 'nurture',
                ),
              );
              break;
            case 'reopen':
              await reopen(workspace.deps, on(workspace, one.name, pick(one.which)));
              break;
            case 'away':
              await away(workspace.deps, {
                ...workspace.by(one.name),
                until: later(workspace.now(), one.hours * HOUR),
              });
              break;
            case 'back':
              await back(workspace.deps, workspace.by(one.name));
              break;
            case 'moveAll':
              await moveAll(workspace.deps, {
                ...workspace.by('ada'),
                from: `${one.name}@example.com`,
                to: one.target,
              });
              break;
            case 'wait':
              workspace.move(one.hours * HOUR);
          }
          await workspace.books();
        }
        for (const id of ids) {
          const { state, repEmail, turnEmail } = await workspace.look(id);
          assert.ok(turnEmail === null || turnEmail === repEmail, 'a turn is charged to whoever has the lead');
          if (state === 'rejected') assert.equal(turnEmail, null);
        }
      }),
      { numRuns: 12 },
    );
  });
});
