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
import { type Building, building, type Desk, done } from '../handoff/desk.ts';
import { LADDER, ladderDesk, newPlaybook } from './desk.ts';

let all: Building;
before(async () => {
  all = await building();
});
after(() => all.close());

const on = (desk: Desk, name: string, handoffId: string) => ({ ...desk.by(name), handoffId });
/** `then` of an awaited call is a word, not a method. */
// biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
const NURTURE = { reason: 'duplicate' as const, then: 'nurture' as const };
const minutes = (count: number) => count * MINUTE;

/** Kinds that the ladder wrote into the story, in order. */
async function steps(desk: Desk, id: string): Promise<string[]> {
  const ladder = ['nudged', 'reminded', 'escalated', 'breached', 'asked_idle', 'cold', 'step_skipped', 'reassigned'];
  return (await desk.story(id)).map(({ kind }) => kind as string).filter(kind => ladder.includes(kind));
}

/** Minutes from now until the ladder is looked at; the sweep has just run. */
const inMinutes = (desk: Desk, { nextStepAt }: Handoff) =>
  nextStepAt && Math.round((nextStepAt.getTime() - desk.now().getTime()) / MINUTE);

describe('the sweep', () => {
  test('one lead goes up the ladder, each step once, however often anybody looks', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open();
    assert.equal(inMinutes(desk, await desk.look(id)), 45);
    const seen: [number, string[]][] = [];
    for (const wait of [44, 1, 14, 1, 29, 1, 149, 1]) {
      desk.move(minutes(wait));
      await sweep(desk.deps);
      await sweep(desk.deps);
      seen.push([wait, await steps(desk, id)]);
    }
    assert.deepEqual(
      seen.map(([, kinds]) => kinds.length),
      [0, 1, 1, 3, 3, 4, 4, 4],
    );
    assert.deepEqual(await steps(desk, id), ['nudged', 'breached', 'reminded', 'escalated']);
    const { assignedAt, breachedAt, dueAt, nextStepAt } = await desk.look(id);
    assert.deepEqual([breachedAt, nextStepAt], [dueAt, null]);
    const waiting = await desk.waiting();
    assert.ok(waiting.includes(`ladder:${id}:reassign`), waiting.join(', '));
    assert.equal(waiting.filter(key => key.startsWith(`ladder:${id}:remind`)).length, 1);
    const last = await lastSweep(desk.db);
    assert.deepEqual(last, desk.now());

    await reassignLapsedLead(desk.deps, {
      workspaceId: desk.workspaceId,
      handoffId: id,
      of: assignedAt?.toISOString() ?? '',
    });
    const given = await desk.look(id);
    assert.deepEqual(
      [given.repEmail, given.passedBy, given.stepsFired],
      ['priya@example.com', ['marcus@example.com'], 0],
    );
    await sweep(desk.deps);
    assert.equal(inMinutes(desk, await desk.look(id)), 45);
    // The job again, late: it was about Marcus.
    await reassignLapsedLead(desk.deps, {
      workspaceId: desk.workspaceId,
      handoffId: id,
      of: assignedAt?.toISOString() ?? '',
    });
    assert.equal((await desk.look(id)).repEmail, 'priya@example.com');

    // She lets it lapse too, and the team has nobody left: it goes to the fallback.
    const lapse = async () => {
      desk.move(4 * HOUR);
      await sweep(desk.deps);
      const of = (await desk.look(id)).assignedAt?.toISOString() ?? '';
      await reassignLapsedLead(desk.deps, { workspaceId: desk.workspaceId, handoffId: id, of });
      return of;
    };
    await lapse();
    assert.equal((await desk.look(id)).repEmail, 'ada@example.com');
    assert.match(
      (await desk.last(id)).text,
      /^Priya Nair did not reach out within 4 hours → Ada Moss, by the fallback/,
    );

    // So does she: nobody is left, and her manager hears so once.
    const again = await lapse();
    const stuck = await desk.look(id);
    assert.equal(stuck.repEmail, 'ada@example.com');
    assert.match((await desk.last(id)).text, /^Nobody is left to give it to, so it stops with the manager/);
    assert.ok((await desk.waiting()).includes(`ladder:${id}:stuck:${again}`));
    desk.move(24 * HOUR);
    await sweep(desk.deps);
    assert.equal((await desk.look(id)).nextStepAt, null);
  });

  test('everything was down over two steps: the more severe fires once, late, and the story says what was passed over', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open();
    desk.move(minutes(100));
    await sweep(desk.deps);
    assert.deepEqual(await steps(desk, id), ['step_skipped', 'step_skipped', 'breached', 'escalated']);
    const told = (await desk.waiting()).filter(key => key.startsWith(`ladder:${id}`));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /escalate/);
    assert.equal(inMinutes(desk, await desk.look(id)), 140);
    desk.move(minutes(140));
    await sweep(desk.deps);
    assert.equal((await steps(desk, id)).length, 4, 'nothing fires twice');
    assert.ok((await desk.waiting()).includes(`ladder:${id}:reassign`));
  });

  test('what cannot be looked at holds nobody up, and is raised', async () => {
    const desk = await ladderDesk(all);
    const [broken, well] = [await desk.open(), await desk.open()];
    await updateHandoff(desk.db, desk.workspaceId, broken, { playbookVersion: 999 });
    desk.move(minutes(50));
    await sweep(desk.deps);
    assert.deepEqual([await steps(desk, broken), await steps(desk, well)], [[], ['nudged']]);
    desk.move(minutes(2));
    assert.ok((await audit(desk.deps)).stuck >= 1);
    const [notice] = await unsentNotices(desk.db, desk.workspaceId);
    assert.match(notice?.text ?? '', /^The ladder of 1 lead cannot be looked at/);
    await updateHandoff(desk.db, desk.workspaceId, broken, { playbookVersion: 2 });
    await sweep(desk.deps);
    assert.deepEqual(await steps(desk, broken), ['nudged']);
  });

  test('a test lead pages nobody', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open();
    await updateHandoff(desk.db, desk.workspaceId, id, { isTest: true });
    desk.move(minutes(300));
    await sweep(desk.deps);
    assert.deepEqual([await steps(desk, id), (await desk.look(id)).nextStepAt], [[], null]);
  });
});

describe('whoever decides something', () => {
  /** Every deed that people have, and whether it concerns the clock of a lead of Marcus's. */
  type LeadAction = (desk: Desk, actions: Actions, id: string) => Promise<unknown>;
  const deeds: Record<keyof Actions, LeadAction | 'of no clock'> = {
    claim: (desk, actions, id) => actions.claim(on(desk, 'marcus', id)),
    reassign: (desk, actions, id) => actions.reassign({ ...on(desk, 'dana', id), to: { kind: 'next' } }),
    reject: (desk, actions, id) => actions.reject({ ...on(desk, 'marcus', id), ...NURTURE }),
    reopen: async (desk, actions, id) => {
      await actions.reject({ ...on(desk, 'marcus', id), ...NURTURE });
      await sweep(desk.deps);
      return actions.reopen(on(desk, 'dana', id));
    },
    snooze: (desk, actions, id) => actions.snooze({ ...on(desk, 'marcus', id), until: later(desk.now(), 5 * HOUR) }),
    release: async (desk, actions) => actions.release(on(desk, 'dana', await desk.open({ state: 'held' }))),
    leaveToNurture: async (desk, actions) =>
      actions.leaveToNurture(on(desk, 'dana', await desk.open({ state: 'held' }))),
    takeOver: (desk, actions, id) => actions.takeOver(on(desk, 'dana', id)),
    moreTime: (desk, actions, id) => actions.moreTime(on(desk, 'dana', id)),
    handBack: (desk, actions, id) => actions.handBack(on(desk, 'marcus', id)),
    askRep: 'of no clock',
    // The lead goes on as by `reassign`; giving a record back changes no lead.
    keepOwner: 'of no clock',
    restoreOwner: 'of no clock',
    logCall: (desk, actions, id) =>
      actions.logCall({ ...on(desk, 'marcus', id), outcome: 'connected', direction: 'outbound' }),
    draftEmail: 'of no clock',
    // What counts is that the mail was sent, which is addTouch like a call.
    sendEmail: 'of no clock',
    away: (desk, actions) => actions.away({ ...desk.by('marcus'), until: later(desk.now(), 48 * HOUR) }),
    back: async (desk, actions) => {
      await actions.away({ ...desk.by('marcus'), until: later(desk.now(), 48 * HOUR) });
      await sweep(desk.deps);
      return actions.back(desk.by('marcus'));
    },
    moveAll: (desk, actions) =>
      actions.moveAll({ ...desk.by('dana'), from: 'marcus@example.com', to: { kind: 'next' } }),
    handOff: 'of no clock',
    testLead: 'of no clock',
    endTest: 'of no clock',
    greet: 'of no clock',
  };
  const others: Record<string, LeadAction> = {
    'the end of a snooze': async (desk, actions, id) => {
      await actions.snooze({ ...on(desk, 'marcus', id), until: later(desk.now(), HOUR) });
      await sweep(desk.deps);
      desk.move(HOUR);
      await wake(desk.deps, { workspaceId: desk.workspaceId, handoffId: id }, 1);
      return { kind: 'done' };
    },
    'another version of the playbook, with other hours': async desk => {
      await newPlaybook(desk, LADDER.replace('CLOCK', 'working').replace('to: "18:00"', 'to: "10:30"'));
      await recheckWorkspace(desk.deps, desk.workspaceId);
      return { kind: 'done' };
    },
  };
  const changing = [...Object.entries(deeds), ...Object.entries(others)].filter(
    (entry): entry is [string, LeadAction] => entry[1] !== 'of no clock',
  );

  test('every deed is known here', async () => {
    const desk = await ladderDesk(all);
    assert.deepEqual(Object.keys(actionsOf(desk.deps)).sort(), Object.keys(deeds).sort());
  });

  for (const [name, deed] of changing) {
    test(`${name}: what comes next follows within a sweep, and is never later than it should be`, async () => {
      const desk = await ladderDesk(all, 'working');
      const id = await desk.open();
      assert.equal((await desk.look(id)).repEmail, 'marcus@example.com');
      desk.move(minutes(10));
      const outcome = (await deed(desk, actionsOf(desk.deps), id)) as { kind: string };
      assert.ok(['done', 'claimed'].includes(outcome.kind), JSON.stringify(outcome));
      const ids: { id: string }[] = await desk.db('handoffs').where({ workspace_id: desk.workspaceId }).select('id');
      for (const one of ids) {
        const { nextStepAt } = await desk.look(one.id);
        const expected = await expectedRung(desk, one.id);
        assert.ok(
          !expected || (nextStepAt && nextStepAt <= expected),
          `${nextStepAt?.toISOString()} is after ${expected?.toISOString()}`,
        );
      }
      await sweep(desk.deps);
      for (const one of ids) {
        assert.deepEqual((await desk.look(one.id)).nextStepAt, await expectedRung(desk, one.id));
      }
    });
  }

  async function expectedRung(desk: Desk, id: string): Promise<Date | null> {
    const handoff = await desk.look(id);
    const absences = await absencesAfter(desk.db, desk.workspaceId, handoff.assignedAt ?? desk.now());
    const { rules, calendar } = await currentLadder(desk.deps, handoff, absences);
    return nextSlaStep(rules, handoff, calendar)?.at ?? null;
  }
});

describe('clocks that change while they run', () => {
  test('away: their turn and the steps wait for the day of return; back: they run again', async () => {
    const desk = await ladderDesk(all, 'working');
    const id = await desk.open();
    const actions = actionsOf(desk.deps);
    const promised = (await desk.look(id)).dueAt;
    const dueOf = async () => (await stintsOf(desk.db, desk.workspaceId, id)).at(-1)?.due;
    const first = await dueOf();
    const until = new Date('2026-11-26T17:00:00Z');
    done(await actions.away({ ...desk.by('marcus'), until }));
    await sweep(desk.deps);
    const gone = await desk.look(id);
    // One minute had passed.
    assert.deepEqual((await dueOf())?.toISOString().slice(0, 15), '2026-11-26T18:0');
    assert.deepEqual(gone.dueAt, promised, 'the lead was promised what it was');
    assert.deepEqual(gone.nextStepAt, promised);
    desk.move(MINUTE);
    done(await actions.back(desk.by('marcus')));
    await sweep(desk.deps);
    const back = await dueOf();
    assert.ok(first && back && back.getTime() - first.getTime() <= minutes(2));
  });

  test('a new version’s zone and hours count for leads under way, its steps do not', async () => {
    const desk = await ladderDesk(all, 'working');
    const id = await desk.open();
    const changed = LADDER.replace('CLOCK', 'working')
      .replace('America/Los_Angeles', 'Europe/London')
      .replace('at: 45m', 'at: 5m')
      .replace('respond_within: 1h', 'respond_within: 2h');
    await newPlaybook(desk, changed);
    assert.ok((await desk.waiting()).includes(`look:${desk.workspaceId}`));
    await recheckWorkspace(desk.deps, desk.workspaceId);
    await sweep(desk.deps);
    const [stint] = await stintsOf(desk.db, desk.workspaceId, id);
    // It is 18:00 in London: the next morning at nine, and an hour. The promise to the lead is broken before.
    assert.equal(stint?.due?.toISOString(), '2026-11-25T10:00:00.000Z');
    const breach = await desk.look(id);
    assert.deepEqual(breach.nextStepAt, breach.dueAt);
    desk.move(HOUR);
    await sweep(desk.deps);
    assert.equal((await desk.look(id)).nextStepAt?.toISOString(), '2026-11-25T09:45:00.000Z');
  });

  test('a promise that was broken stays broken: a touch told late is shown with both times', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open();
    desk.move(minutes(70));
    await sweep(desk.deps);
    const at = later(desk.now(), -minutes(50));
    done(
      await actionsOf(desk.deps).logCall({
        ...on(desk, 'marcus', id),
        outcome: 'connected',
        direction: 'outbound',
        at,
      }),
    );
    await sweep(desk.deps);
    const { breachedAt, contactedAt, state } = await desk.look(id);
    assert.deepEqual([state, contactedAt, breachedAt !== null], ['contacted', at, true]);
    assert.match((await desk.last(id)).text, /\(touched at 10:21, logged at 11:11, Los Angeles time\)$/);
    assert.equal((await steps(desk, id)).filter(kind => kind === 'breached').length, 1);
  });

  test('contacted and then silent: told once, and again only after another touch', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open();
    const call = () =>
      actionsOf(desk.deps).logCall({ ...on(desk, 'marcus', id), outcome: 'connected', direction: 'outbound' });
    done(await call());
    for (const days of [1, 5, 1, 9]) {
      desk.move(days * 24 * HOUR);
      await sweep(desk.deps);
    }
    assert.deepEqual(await steps(desk, id), ['cold']);
    done(await call());
    desk.move(8 * 24 * HOUR);
    await sweep(desk.deps);
    assert.deepEqual(await steps(desk, id), ['cold', 'cold']);
  });
});

describe('the auditor', () => {
  test('finds what nobody looked at, and what should have a next step and has none; mends both, tells once', async () => {
    const desk = await ladderDesk(all);
    // Whatever the other desks have left behind.
    await audit(desk.deps);
    const [late, forgotten, well] = [await desk.open(), await desk.open(), await desk.open()];
    await updateHandoff(desk.db, desk.workspaceId, forgotten, { nextStepAt: null });
    const over = await desk.open();
    done(
      await actionsOf(desk.deps).reject({
        ...on(desk, 'dana', over),
        ...NURTURE,
      }),
    );
    await updateHandoff(desk.db, desk.workspaceId, well, { nextStepAt: DUE_NOW });
    desk.move(minutes(47));
    await updateHandoff(desk.db, desk.workspaceId, well, { claimedAt: null });
    const found = await audit(desk.deps);
    assert.deepEqual([found.late >= 1, found.forgotten, found.stuck], [true, 1, 0]);
    assert.deepEqual([await steps(desk, late), await steps(desk, forgotten)], [['nudged'], ['nudged']]);
    const told = (await unsentNotices(desk.db, desk.workspaceId)).map(({ text }) => text);
    assert.equal(told.length, 2);
    assert.match(told.join('\n'), /1 lead waited for a step of the ladder, up to 2 minutes/);
    assert.match(told.join('\n'), /1 lead had no next step of the ladder and should have/);
    assert.deepEqual(await audit(desk.deps), { late: 0, forgotten: 0, stuck: 0 });
    assert.equal((await unsentNotices(desk.db, desk.workspaceId)).length, 2);
  });
});

describe('managers', () => {
  test('the nearest first, never themselves', async () => {
    const desk = await ladderDesk(all);
    const { playbook } = await desk.deps.playbook(desk.workspaceId);
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
    const desk = await ladderDesk(all);
    const actions = actionsOf(desk.deps);
    const id = await desk.open();
    for (const name of ['marcus', 'priya', 'stranger']) {
      for (const outcome of [
        await actions.takeOver(on(desk, name, id)),
        await actions.moreTime(on(desk, name, id)),
        await actions.askRep({ ...on(desk, name, id), note: 'hello' }),
      ]) {
        assert.equal(outcome.kind, 'not_allowed', name);
      }
    }
    desk.move(minutes(91));
    await sweep(desk.deps);
    const given = done(await actions.moreTime(on(desk, 'dana', id)));
    assert.equal(given.rep, 'Marcus Chen');
    await sweep(desk.deps);
    assert.equal(inMinutes(desk, await desk.look(id)), 30);
    desk.move(minutes(30));
    await sweep(desk.deps);
    assert.deepEqual((await steps(desk, id)).slice(-1), ['escalated']);
    // The way from there to the next step is as long as the playbook says.
    assert.equal(inMinutes(desk, await desk.look(id)), 150);
    const asked = done(await actions.askRep({ ...on(desk, 'ada', id), note: ' <!channel> any news? ' }));
    assert.equal(asked.rep, 'Marcus Chen');
    assert.deepEqual(await actions.askRep({ ...on(desk, 'ada', id), note: ' ' }), {
      kind: 'unfit',
      field: 'note',
      why: 'Write a line to them.',
    });

    assert.equal((await actions.claim(on(desk, 'marcus', id))).kind, 'claimed');
    const taken = done(await actions.takeOver(on(desk, 'dana', id)));
    assert.equal(taken.from, 'Marcus Chen');
    const hers = await desk.look(id);
    assert.deepEqual([hers.state, hers.repEmail, hers.claimedBy], ['claimed', 'dana@example.com', 'dana@example.com']);
    assert.equal((await actions.takeOver(on(desk, 'dana', id))).kind, 'unfit');
    done(await actions.logCall({ ...on(desk, 'dana', id), outcome: 'connected', direction: 'outbound' }));
    assert.equal((await actions.moreTime(on(desk, 'ada', id))).kind, 'closed');
    await desk.books();

    const other = await desk.open();
    const whose = (await desk.look(other)).repEmail?.split('@')[0] ?? '';
    const back = done(await actions.handBack(on(desk, whose, other)));
    const next = await desk.look(other);
    assert.notEqual(next.repEmail, `${whose}@example.com`);
    assert.deepEqual(next.passedBy, [`${whose}@example.com`]);
    assert.ok(back.to);
    const last = done(await actions.handBack(on(desk, next.repEmail?.split('@')[0] ?? '', other)));
    assert.equal(last.to, 'Ada Moss', 'the team has nobody left: the fallback');
    assert.match((await desk.last(other)).text, /Ada Moss, by the fallback/);
    const outcome = await actions.handBack(on(desk, 'ada', other));
    assert.equal(outcome.kind, 'unfit', 'nobody is left');
  });

  test('a pool that nobody claims goes to the fallback; who looks after nobody is asked nothing', async () => {
    const desk = await ladderDesk(all);
    const id = await desk.open({ leadSource: 'Pool' });
    assert.equal((await desk.look(id)).repEmail, null);
    desk.move(4 * HOUR);
    await sweep(desk.deps);
    const of = (await desk.look(id)).assignedAt?.toISOString() ?? '';
    await reassignLapsedLead(desk.deps, { workspaceId: desk.workspaceId, handoffId: id, of });
    assert.match((await desk.last(id)).text, /^Nobody of the pool took it within 4 hours → Ada Moss, by the fallback/);
    const other = await desk.open({ leadSource: 'Pool' });
    assert.equal((await actionsOf(desk.deps).askRep({ ...on(desk, 'ada', other), note: 'x' })).kind, 'unfit');
    assert.deepEqual(await actionsOf(desk.deps).handBack({ ...on(desk, 'ada', randomUUID()) }), { kind: 'not_found' });
  });
});
