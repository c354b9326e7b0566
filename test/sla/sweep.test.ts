import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DUE_NOW, type Handoff, updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import { lastSweep } from '../../src/db/handoffs/ladder.ts';
import { stintsOf } from '../../src/db/handoffs/stints.ts';
import { absencesAfter } from '../../src/db/people/people.ts';
import { unsentNotices } from '../../src/db/workspaces/notices.ts';
import { nextSlaStep } from '../../src/domain/ladder.ts';
import { wake } from '../../src/handoff/actions/snooze.ts';
import { type Actions, actionsOf } from '../../src/handoff/commands.ts';
import { currentLadder } from '../../src/handoff/core/current-ladder.ts';
import { HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { audit } from '../../src/sla/audit.ts';
import { reassignLapsedLead } from '../../src/sla/lapse.ts';
import { managersOf } from '../../src/sla/managers.ts';
import { recheckWorkspace, sweep } from '../../src/sla/sweep.ts';
import { done, type TestWorkspace, type TestWorkspaces, testWorkspaces } from '../handoff/test-workspaces.ts';
import { LADDER, ladderWorkspace, newPlaybook } from './ladder-workspace.ts';

let all: TestWorkspaces;
before(async () => {
  all = await testWorkspaces();
});
after(() => all.close());

const on = (workspace: TestWorkspace, name: string, handoffId: string) => ({ ...workspace.by(name), handoffId });
/** `then` of an awaited call is a word, not a method. */
// biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
const NURTURE = { reason: 'duplicate' as const, then: 'nurture' as const };
const minutes = (count: number) => count * MINUTE;

/** Kinds that the ladder wrote into the story, in order. */
async function steps(workspace: TestWorkspace, id: string): Promise<string[]> {
  const ladder = ['nudged', 'reminded', 'escalated', 'breached', 'asked_idle', 'cold', 'step_skipped', 'reassigned'];
  return (await workspace.story(id)).map(({ kind }) => kind as string).filter(kind => ladder.includes(kind));
}

/** Minutes from now until the ladder is looked at; the sweep has just run. */
const inMinutes = (workspace: TestWorkspace, { nextStepAt }: Handoff) =>
  nextStepAt && Math.round((nextStepAt.getTime() - workspace.now().getTime()) / MINUTE);

describe('the sweep', () => {
  test('one lead goes up the ladder, each step once, however often anybody looks', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open();
    assert.equal(inMinutes(workspace, await workspace.look(id)), 45);
    const seen: [number, string[]][] = [];
    for (const wait of [44, 1, 14, 1, 29, 1, 149, 1]) {
      workspace.move(minutes(wait));
      await sweep(workspace.deps);
      await sweep(workspace.deps);
      seen.push([wait, await steps(workspace, id)]);
    }
    assert.deepEqual(
      seen.map(([, kinds]) => kinds.length),
      [0, 1, 1, 3, 3, 4, 4, 4],
    );
    assert.deepEqual(await steps(workspace, id), ['nudged', 'breached', 'reminded', 'escalated']);
    const { assignedAt, breachedAt, dueAt, nextStepAt } = await workspace.look(id);
    assert.deepEqual([breachedAt, nextStepAt], [dueAt, null]);
    const waiting = await workspace.waiting();
    assert.ok(waiting.includes(`ladder:${id}:reassign`), waiting.join(', '));
    assert.equal(waiting.filter(key => key.startsWith(`ladder:${id}:remind`)).length, 1);
    const last = await lastSweep(workspace.db);
    assert.deepEqual(last, workspace.now());

    await reassignLapsedLead(workspace.deps, {
      workspaceId: workspace.workspaceId,
      handoffId: id,
      of: assignedAt?.toISOString() ?? '',
    });
    const given = await workspace.look(id);
    assert.deepEqual(
      [given.repEmail, given.passedBy, given.stepsFired],
      ['priya@example.com', ['marcus@example.com'], 0],
    );
    await sweep(workspace.deps);
    assert.equal(inMinutes(workspace, await workspace.look(id)), 45);
    // The job again, late: it was about Marcus.
    await reassignLapsedLead(workspace.deps, {
      workspaceId: workspace.workspaceId,
      handoffId: id,
      of: assignedAt?.toISOString() ?? '',
    });
    assert.equal((await workspace.look(id)).repEmail, 'priya@example.com');

    // She lets it lapse too, and the team has nobody left: it goes to the fallback.
    const lapse = async () => {
      workspace.move(4 * HOUR);
      await sweep(workspace.deps);
      const of = (await workspace.look(id)).assignedAt?.toISOString() ?? '';
      await reassignLapsedLead(workspace.deps, { workspaceId: workspace.workspaceId, handoffId: id, of });
      return of;
    };
    await lapse();
    assert.equal((await workspace.look(id)).repEmail, 'ada@example.com');
    assert.match(
      (await workspace.last(id)).text,
      /^Priya Nair did not reach out within 4 hours → Ada Moss, by the fallback/,
    );

    // So does she: nobody is left, and her manager hears so once.
    const again = await lapse();
    const stuck = await workspace.look(id);
    assert.equal(stuck.repEmail, 'ada@example.com');
    assert.match((await workspace.last(id)).text, /^Nobody is left to give it to, so it stops with the manager/);
    assert.ok((await workspace.waiting()).includes(`ladder:${id}:stuck:${again}`));
    workspace.move(24 * HOUR);
    await sweep(workspace.deps);
    assert.equal((await workspace.look(id)).nextStepAt, null);
  });

  test('everything was down over two steps: the more severe fires once, late, and the story says what was passed over', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open();
    workspace.move(minutes(100));
    await sweep(workspace.deps);
    assert.deepEqual(await steps(workspace, id), ['step_skipped', 'step_skipped', 'breached', 'escalated']);
    const told = (await workspace.waiting()).filter(key => key.startsWith(`ladder:${id}`));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /escalate/);
    assert.equal(inMinutes(workspace, await workspace.look(id)), 140);
    workspace.move(minutes(140));
    await sweep(workspace.deps);
    assert.equal((await steps(workspace, id)).length, 4, 'nothing fires twice');
    assert.ok((await workspace.waiting()).includes(`ladder:${id}:reassign`));
  });

  test('what cannot be looked at holds nobody up, and is raised', async () => {
    const workspace = await ladderWorkspace(all);
    const [broken, well] = [await workspace.open(), await workspace.open()];
    await updateHandoff(workspace.db, workspace.workspaceId, broken, { playbookVersion: 999 });
    workspace.move(minutes(50));
    await sweep(workspace.deps);
    assert.deepEqual([await steps(workspace, broken), await steps(workspace, well)], [[], ['nudged']]);
    workspace.move(minutes(2));
    assert.ok((await audit(workspace.deps)).stuck >= 1);
    const [notice] = await unsentNotices(workspace.db, workspace.workspaceId);
    assert.match(notice?.text ?? '', /^The ladder of 1 lead cannot be looked at/);
    await updateHandoff(workspace.db, workspace.workspaceId, broken, { playbookVersion: 2 });
    await sweep(workspace.deps);
    assert.deepEqual(await steps(workspace, broken), ['nudged']);
  });

  test('a test lead pages nobody', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open();
    await updateHandoff(workspace.db, workspace.workspaceId, id, { isTest: true });
    workspace.move(minutes(300));
    await sweep(workspace.deps);
    assert.deepEqual([await steps(workspace, id), (await workspace.look(id)).nextStepAt], [[], null]);
  });
});

describe('whoever decides something', () => {
  /** Every deed that people have, and whether it concerns the clock of a lead of Marcus's. */
  type LeadAction = (workspace: TestWorkspace, actions: Actions, id: string) => Promise<unknown>;
  const deeds: Record<keyof Actions, LeadAction | 'of no clock'> = {
    claim: (workspace, actions, id) => actions.claim(on(workspace, 'marcus', id)),
    reassign: (workspace, actions, id) => actions.reassign({ ...on(workspace, 'dana', id), to: { kind: 'next' } }),
    reject: (workspace, actions, id) => actions.reject({ ...on(workspace, 'marcus', id), ...NURTURE }),
    reopen: async (workspace, actions, id) => {
      await actions.reject({ ...on(workspace, 'marcus', id), ...NURTURE });
      await sweep(workspace.deps);
      return actions.reopen(on(workspace, 'dana', id));
    },
    snooze: (workspace, actions, id) =>
      actions.snooze({ ...on(workspace, 'marcus', id), until: later(workspace.now(), 5 * HOUR) }),
    wake: async (workspace, actions, id) => {
      await actions.snooze({ ...on(workspace, 'marcus', id), until: later(workspace.now(), 5 * HOUR) });
      await sweep(workspace.deps);
      return actions.wake(on(workspace, 'marcus', id));
    },
    release: async (workspace, actions) =>
      actions.release(on(workspace, 'dana', await workspace.open({ state: 'held' }))),
    leaveToNurture: async (workspace, actions) =>
      actions.leaveToNurture(on(workspace, 'dana', await workspace.open({ state: 'held' }))),
    takeOver: (workspace, actions, id) => actions.takeOver(on(workspace, 'dana', id)),
    moreTime: (workspace, actions, id) => actions.moreTime(on(workspace, 'dana', id)),
    handBack: (workspace, actions, id) => actions.handBack(on(workspace, 'marcus', id)),
    askRep: 'of no clock',
    // The lead goes on as by `reassign`; giving a record back changes no lead.
    keepOwner: 'of no clock',
    restoreOwner: 'of no clock',
    logCall: (workspace, actions, id) =>
      actions.logCall({ ...on(workspace, 'marcus', id), outcome: 'connected', direction: 'outbound' }),
    draftEmail: 'of no clock',
    // It leaves by itself, so it is no touch.
    sendFirstAnswer: 'of no clock',
    // The mails of a sequence are touches as they are sent, told by the CRM.
    addToSequence: 'of no clock',
    endSequence: 'of no clock',
    // What counts is that the mail was sent, which is addTouch like a call.
    sendEmail: 'of no clock',
    away: (workspace, actions) => actions.away({ ...workspace.by('marcus'), until: later(workspace.now(), 48 * HOUR) }),
    back: async (workspace, actions) => {
      await actions.away({ ...workspace.by('marcus'), until: later(workspace.now(), 48 * HOUR) });
      await sweep(workspace.deps);
      return actions.back(workspace.by('marcus'));
    },
    moveAll: (workspace, actions) =>
      actions.moveAll({ ...workspace.by('dana'), from: 'marcus@example.com', to: { kind: 'next' } }),
    handOff: 'of no clock',
    testLead: 'of no clock',
    endTest: 'of no clock',
    greet: 'of no clock',
    moveOpenRecords: 'of no clock',
    editRecord: 'of no clock',
    undo: async (workspace, actions, id) => {
      const done = await actions.claim(on(workspace, 'marcus', id));
      await sweep(workspace.deps);
      return actions.undo({ ...workspace.by('marcus'), actId: (done.kind === 'claimed' && done.undo) || '' });
    },
  };
  const others: Record<string, LeadAction> = {
    'the end of a snooze': async (workspace, actions, id) => {
      await actions.snooze({ ...on(workspace, 'marcus', id), until: later(workspace.now(), HOUR) });
      await sweep(workspace.deps);
      workspace.move(HOUR);
      await wake(workspace.deps, { workspaceId: workspace.workspaceId, handoffId: id }, 1);
      return { kind: 'done' };
    },
    'another version of the playbook, with other hours': async workspace => {
      await newPlaybook(workspace, LADDER.replace('CLOCK', 'working').replace('to: "18:00"', 'to: "10:30"'));
      await recheckWorkspace(workspace.deps, workspace.workspaceId);
      return { kind: 'done' };
    },
  };
  const changing = [...Object.entries(deeds), ...Object.entries(others)].filter(
    (entry): entry is [string, LeadAction] => entry[1] !== 'of no clock',
  );

  test('every deed is known here', async () => {
    const workspace = await ladderWorkspace(all);
    assert.deepEqual(Object.keys(actionsOf(workspace.deps)).sort(), Object.keys(deeds).sort());
  });

  for (const [name, deed] of changing) {
    test(`${name}: what comes next follows within a sweep, and is never later than it should be`, async () => {
      const workspace = await ladderWorkspace(all, 'working');
      const id = await workspace.open();
      assert.equal((await workspace.look(id)).repEmail, 'marcus@example.com');
      workspace.move(minutes(10));
      const outcome = (await deed(workspace, actionsOf(workspace.deps), id)) as { kind: string };
      assert.ok(['done', 'claimed'].includes(outcome.kind), JSON.stringify(outcome));
      const ids: { id: string }[] = await workspace
        .db('handoffs')
        .where({ workspace_id: workspace.workspaceId })
        .select('id');
      for (const one of ids) {
        const { nextStepAt } = await workspace.look(one.id);
        const expected = await expectedRung(workspace, one.id);
        assert.ok(
          !expected || (nextStepAt && nextStepAt <= expected),
          `${nextStepAt?.toISOString()} is after ${expected?.toISOString()}`,
        );
      }
      await sweep(workspace.deps);
      for (const one of ids) {
        assert.deepEqual((await workspace.look(one.id)).nextStepAt, await expectedRung(workspace, one.id));
      }
    });
  }

  async function expectedRung(workspace: TestWorkspace, id: string): Promise<Date | null> {
    const handoff = await workspace.look(id);
    const absences = await absencesAfter(workspace.db, workspace.workspaceId, handoff.assignedAt ?? workspace.now());
    const { rules, calendar } = await currentLadder(workspace.deps, handoff, absences);
    return nextSlaStep(rules, handoff, calendar)?.at ?? null;
  }
});

describe('clocks that change while they run', () => {
  test('away: their turn and the steps wait for the day of return; back: they run again', async () => {
    const workspace = await ladderWorkspace(all, 'working');
    const id = await workspace.open();
    const actions = actionsOf(workspace.deps);
    const promised = (await workspace.look(id)).dueAt;
    const dueOf = async () => (await stintsOf(workspace.db, workspace.workspaceId, id)).at(-1)?.due;
    const first = await dueOf();
    const until = new Date('2026-11-26T17:00:00Z');
    done(await actions.away({ ...workspace.by('marcus'), until }));
    await sweep(workspace.deps);
    const gone = await workspace.look(id);
    // One minute had passed.
    assert.deepEqual((await dueOf())?.toISOString().slice(0, 15), '2026-11-26T18:0');
    assert.deepEqual(gone.dueAt, promised, 'the lead was promised what it was');
    assert.deepEqual(gone.nextStepAt, promised);
    workspace.move(MINUTE);
    done(await actions.back(workspace.by('marcus')));
    await sweep(workspace.deps);
    const back = await dueOf();
    assert.ok(first && back && back.getTime() - first.getTime() <= minutes(2));
  });

  test('a new version’s zone and hours count for leads under way, its steps do not', async () => {
    const workspace = await ladderWorkspace(all, 'working');
    const id = await workspace.open();
    const changed = LADDER.replace('CLOCK', 'working')
      .replace('America/Los_Angeles', 'Europe/London')
      .replace('at: 45m', 'at: 5m')
      .replace('respond_within: 1h', 'respond_within: 2h');
    await newPlaybook(workspace, changed);
    assert.ok((await workspace.waiting()).includes(`look:${workspace.workspaceId}`));
    await recheckWorkspace(workspace.deps, workspace.workspaceId);
    await sweep(workspace.deps);
    const [stint] = await stintsOf(workspace.db, workspace.workspaceId, id);
    // It is 18:00 in London: the next morning at nine, and an hour. The promise to the lead is broken before.
    assert.equal(stint?.due?.toISOString(), '2026-11-25T10:00:00.000Z');
    const breach = await workspace.look(id);
    assert.deepEqual(breach.nextStepAt, breach.dueAt);
    workspace.move(HOUR);
    await sweep(workspace.deps);
    assert.equal((await workspace.look(id)).nextStepAt?.toISOString(), '2026-11-25T09:45:00.000Z');
  });

  test('a promise that was broken stays broken: a touch told late is shown with both times', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open();
    workspace.move(minutes(70));
    await sweep(workspace.deps);
    const at = later(workspace.now(), -minutes(50));
    done(
      await actionsOf(workspace.deps).logCall({
        ...on(workspace, 'marcus', id),
        outcome: 'connected',
        direction: 'outbound',
        at,
      }),
    );
    await sweep(workspace.deps);
    const { breachedAt, contactedAt, state } = await workspace.look(id);
    assert.deepEqual([state, contactedAt, breachedAt !== null], ['contacted', at, true]);
    assert.match((await workspace.last(id)).text, /\(happened 10:21 AM PST, logged 11:11 AM PST\)$/);
    assert.equal((await steps(workspace, id)).filter(kind => kind === 'breached').length, 1);
  });

  test('contacted and then silent: told once, and again only after another touch', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open();
    const call = () =>
      actionsOf(workspace.deps).logCall({
        ...on(workspace, 'marcus', id),
        outcome: 'connected',
        direction: 'outbound',
      });
    done(await call());
    for (const days of [1, 5, 1, 9]) {
      workspace.move(days * 24 * HOUR);
      await sweep(workspace.deps);
    }
    assert.deepEqual(await steps(workspace, id), ['cold']);
    done(await call());
    workspace.move(8 * 24 * HOUR);
    await sweep(workspace.deps);
    assert.deepEqual(await steps(workspace, id), ['cold', 'cold']);
  });
});

describe('the auditor', () => {
  test('finds what nobody looked at, and what should have a next step and has none; mends both, tells once', async () => {
    const workspace = await ladderWorkspace(all);
    // Whatever the other made have left behind.
    await audit(workspace.deps);
    const [late, forgotten, well] = [await workspace.open(), await workspace.open(), await workspace.open()];
    await updateHandoff(workspace.db, workspace.workspaceId, forgotten, { nextStepAt: null });
    const over = await workspace.open();
    done(
      await actionsOf(workspace.deps).reject({
        ...on(workspace, 'dana', over),
        ...NURTURE,
      }),
    );
    await updateHandoff(workspace.db, workspace.workspaceId, well, { nextStepAt: DUE_NOW });
    workspace.move(minutes(47));
    await updateHandoff(workspace.db, workspace.workspaceId, well, { claimedAt: null });
    const found = await audit(workspace.deps);
    assert.deepEqual([found.late >= 1, found.forgotten, found.stuck], [true, 1, 0]);
    assert.deepEqual([await steps(workspace, late), await steps(workspace, forgotten)], [['nudged'], ['nudged']]);
    const told = (await unsentNotices(workspace.db, workspace.workspaceId)).map(({ text }) => text);
    assert.equal(told.length, 2);
    assert.match(told.join('\n'), /1 lead waited for a step of the ladder, up to 2 minutes/);
    assert.match(told.join('\n'), /1 lead had no next step of the ladder and should have/);
    assert.deepEqual(await audit(workspace.deps), { late: 0, forgotten: 0, stuck: 0 });
    assert.equal((await unsentNotices(workspace.db, workspace.workspaceId)).length, 2);
  });
});

describe('managers', () => {
  test('the nearest first, never themselves', async () => {
    const workspace = await ladderWorkspace(all);
    const { playbook } = await workspace.deps.playbook(workspace.workspaceId);
    const cases: [string | null, string | null, string[]][] = [
      ['tom@example.com', 'emea', ['olga', 'ada']],
      ['marcus@example.com', 'mid', ['dana', 'ada']],
      ['chan@example.com', null, ['ada']],
      ['dana@example.com', 'mid', ['ada']],
      ['ada@example.com', null, []],
      [null, 'mid', ['dana', 'ada']],
      ['priya@example.com', null, ['dana', 'ada']],
    ];
    for (const [repEmail, team, expected] of cases) {
      const found = managersOf(playbook, { repEmail, team }).map(email => email.split('@')[0]);
      assert.deepEqual(found, expected, `${repEmail} ${team}`);
    }
  });

  test('may take it, give time, ask; reps may hand it back, and nothing else of it', async () => {
    const workspace = await ladderWorkspace(all);
    const actions = actionsOf(workspace.deps);
    const id = await workspace.open();
    for (const name of ['marcus', 'priya', 'stranger']) {
      for (const outcome of [
        await actions.takeOver(on(workspace, name, id)),
        await actions.moreTime(on(workspace, name, id)),
        await actions.askRep({ ...on(workspace, name, id), note: 'hello' }),
      ]) {
        assert.equal(outcome.kind, 'not_allowed', name);
      }
    }
    workspace.move(minutes(91));
    await sweep(workspace.deps);
    const given = done(await actions.moreTime(on(workspace, 'dana', id)));
    assert.equal(given.rep, 'Marcus Chen');
    await sweep(workspace.deps);
    assert.equal(inMinutes(workspace, await workspace.look(id)), 30);
    workspace.move(minutes(30));
    await sweep(workspace.deps);
    assert.deepEqual((await steps(workspace, id)).slice(-1), ['escalated']);
    // The way from there to the next step is as long as the playbook says.
    assert.equal(inMinutes(workspace, await workspace.look(id)), 150);
    const asked = done(await actions.askRep({ ...on(workspace, 'ada', id), note: ' <!channel> any news? ' }));
    assert.equal(asked.rep, 'Marcus Chen');
    assert.deepEqual(await actions.askRep({ ...on(workspace, 'ada', id), note: ' ' }), {
      kind: 'unfit',
      field: 'note',
      why: 'Write a line to them.',
    });

    assert.equal((await actions.claim(on(workspace, 'marcus', id))).kind, 'claimed');
    const taken = done(await actions.takeOver(on(workspace, 'dana', id)));
    assert.equal(taken.from, 'Marcus Chen');
    const hers = await workspace.look(id);
    assert.deepEqual([hers.state, hers.repEmail, hers.claimedBy], ['claimed', 'dana@example.com', 'dana@example.com']);
    assert.equal((await actions.takeOver(on(workspace, 'dana', id))).kind, 'unfit');
    done(await actions.logCall({ ...on(workspace, 'dana', id), outcome: 'connected', direction: 'outbound' }));
    assert.equal((await actions.moreTime(on(workspace, 'ada', id))).kind, 'closed');
    await workspace.books();

    const other = await workspace.open();
    const whose = (await workspace.look(other)).repEmail?.split('@')[0] ?? '';
    const back = done(await actions.handBack(on(workspace, whose, other)));
    const next = await workspace.look(other);
    assert.notEqual(next.repEmail, `${whose}@example.com`);
    assert.deepEqual(next.passedBy, [`${whose}@example.com`]);
    assert.ok(back.to);
    const last = done(await actions.handBack(on(workspace, next.repEmail?.split('@')[0] ?? '', other)));
    assert.equal(last.to, 'Ada Moss', 'the team has nobody left: the fallback');
    assert.match((await workspace.last(other)).text, /Ada Moss, by the fallback/);
    const outcome = await actions.handBack(on(workspace, 'ada', other));
    assert.equal(outcome.kind, 'unfit', 'nobody is left');
  });

  test('a pool that nobody claims goes to the fallback; who looks after nobody is asked nothing', async () => {
    const workspace = await ladderWorkspace(all);
    const id = await workspace.open({ leadSource: 'Pool' });
    assert.equal((await workspace.look(id)).repEmail, null);
    workspace.move(4 * HOUR);
    await sweep(workspace.deps);
    const of = (await workspace.look(id)).assignedAt?.toISOString() ?? '';
    await reassignLapsedLead(workspace.deps, { workspaceId: workspace.workspaceId, handoffId: id, of });
    assert.match(
      (await workspace.last(id)).text,
      /^Nobody of the pool took it within 4 hours → Ada Moss, by the fallback/,
    );
    const other = await workspace.open({ leadSource: 'Pool' });
    assert.equal((await actionsOf(workspace.deps).askRep({ ...on(workspace, 'ada', other), note: 'x' })).kind, 'unfit');
    assert.deepEqual(await actionsOf(workspace.deps).handBack({ ...on(workspace, 'ada', randomUUID()) }), {
      kind: 'not_found',
    });
  });
});
