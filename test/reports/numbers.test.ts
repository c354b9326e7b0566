/** What stats, reports and files say, against a count by hand over random histories that people made. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Handoff } from '../../src/db/handoffs/handoffs.ts';
import { updateHandoff } from '../../src/db/handoffs/handoffs.ts';
import type { Group, Period } from '../../src/domain/report.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { reportOf } from '../../src/reports/numbers.ts';
import { leadRows, tally } from '../../src/reports/question.ts';
import { statsOf } from '../../src/reports/stats.ts';
import { reassignLapsedLead } from '../../src/sla/lapse.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { type TestWorkspace, testWorkspaces } from '../handoff/test-workspaces.ts';
import { ladderWorkspace } from '../sla/ladder-workspace.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const ZONE = 'America/New_York';
const address = (name: string) => `${name}@example.com`;

/** A person's turn as somebody with a notebook keeps it: minutes since the beginning of the history. */
interface Turn {
  rep: string | null;
  team: string | null;
  from: number;
  due: number | null;
  touched?: number;
  ended?: number;
  rejected?: boolean;
  broken?: boolean;
}

/** One lead, kept by hand beside Baton. */
interface Notes {
  id: string;
  opened: number;
  turns: Turn[];
  contacted?: number;
}

type Deed =
  | { do: 'wait'; minutes: number }
  | { do: 'call'; ago: number }
  | { do: 'reassign' | 'claim' | 'snooze' | 'lapse' | 'reject' | 'reopen' | 'sweep' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 90 }).map(minutes => ({ do: 'wait' as const, minutes })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40 }).map(ago => ({ do: 'call' as const, ago })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...(['reassign', 'claim', 'snooze', 'lapse', 'reject', 'reopen', 'sweep'] as const))
      .map(name => ({ do: name })),
  },
);

/** What broke a turn by now: nothing done when it was due, or told of too late. */
function settle(turn: Turn, now: number): void {
  const until = Math.min(turn.ended ?? now, now);
  if (turn.due !== null && turn.touched === undefined && turn.due <= until) turn.broken = true;
}

/** Plays one history on Baton and in the notebook; answers the notes. */
async function play(workspace: TestWorkspace, deeds: readonly Deed[], pool: boolean): Promise<Notes> {
  const id = await workspace.open(pool ? { leadSource: 'Pool' } : {});
  const start = workspace.now().getTime();
  const minute = () => Math.round((workspace.now().getTime() - start) / MINUTE);
  const first = await workspace.look(id);
  const notes: Notes = { id, opened: start, turns: [] };
  const begin = ({ repEmail: rep, team }: Handoff) =>
    notes.turns.push({ rep, team, from: minute(), due: notes.contacted === undefined ? minute() + 60 : null });
  const end = (rejected = false) => {
    const turn = notes.turns.at(-1);
    if (!turn || turn.ended !== undefined) return;
    turn.ended = minute();
    turn.rejected = rejected;
    settle(turn, minute());
  };
  begin(first);
  const actions = actionsOf(workspace.deps);
  for (const one of deeds) {
    const before = await workspace.look(id);
    const holder = (before.repEmail ?? address('marcus')).split('@')[0] ?? '';
    const on = { ...workspace.by(holder), handoffId: id };
    if (one.do === 'wait') workspace.move(one.minutes * MINUTE);
    else if (one.do === 'sweep') await sweep(workspace.deps);
    else if (one.do === 'snooze')
      await actions.snooze({ ...on, until: new Date(workspace.now().getTime() + 3 * HOUR) });
    else if (one.do === 'reassign') {
      const to = { kind: 'person' as const, email: address(holder === 'priya' ? 'marcus' : 'priya') };
      if ((await actions.reassign({ ...workspace.by('ada'), handoffId: id, to })).kind === 'done') {
        end();
        begin(await workspace.look(id));
      }
    } else if (one.do === 'claim') {
      const made = await actions.claim(on);
      if (made.kind === 'claimed' && before.repEmail === null) {
        end();
        begin(await workspace.look(id));
      }
    } else if (one.do === 'lapse') {
      const of = before.assignedAt?.toISOString() ?? '';
      await reassignLapsedLead(workspace.deps, { workspaceId: workspace.workspaceId, handoffId: id, of });
      const then = await workspace.look(id);
      if (then.repEmail !== before.repEmail || then.team !== before.team) {
        end();
        begin(then);
      }
    } else if (one.do === 'reject') {
      // biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
      const made = await actions.reject({ ...on, reason: 'duplicate', then: 'nurture' });
      if (made.kind === 'done') end(true);
    } else if (one.do === 'reopen') {
      if ((await actions.reopen({ ...workspace.by('ada'), handoffId: id })).kind === 'done')
        begin(await workspace.look(id));
    } else if (one.do === 'call') {
      const at = new Date(workspace.now().getTime() - one.ago * MINUTE);
      const made = await actions.logCall({ ...on, outcome: 'connected', direction: 'outbound', at });
      if (made.kind !== 'done') continue;
      if (before.repEmail === null) {
        end();
        begin(await workspace.look(id));
      }
      const then = minute() - one.ago;
      // Whoever took it from the pool by the call has a turn from now on.
      const turn = notes.turns.find(had => had.ended === undefined || (had.ended > then && had.rep !== null));
      assert.ok(turn);
      if (turn.due !== null && turn.touched === undefined && turn.due < minute()) turn.broken = true;
      turn.touched = Math.min(turn.touched ?? Number.POSITIVE_INFINITY, Math.max(then, turn.from));
      notes.contacted = Math.min(notes.contacted ?? Number.POSITIVE_INFINITY, Math.max(then, 0));
      const running = notes.turns.at(-1);
      if (running && running !== turn && running.ended === undefined && !running.touched && !running.broken) {
        if (running.due !== null && running.due >= minute()) running.due = null;
      }
    }
  }
  for (const turn of notes.turns) settle(turn, minute());
  return notes;
}

/** The same numbers, counted from the notebook. */
function byHand(all: readonly (Notes & { handoff: Handoff })[], turnsOf: (turn: Turn) => boolean, mine: typeof all) {
  const turns = all.flatMap(one => one.turns).filter(turnsOf);
  const kept = turns.filter(turn => turn.due !== null && turn.touched !== undefined && !turn.broken);
  const broken = turns.filter(turn => turn.due !== null && turn.broken);
  const early = turns.filter(turn => turn.rejected && turn.due !== null && turn.touched === undefined && !turn.broken);
  const waits = turns.flatMap(turn => (turn.touched === undefined ? [] : [(turn.touched - turn.from) * MINUTE]));
  return {
    handoffs: mine.length,
    contacted: mine.filter(one => one.contacted !== undefined).length,
    promised: kept.length + broken.length,
    kept: kept.length,
    rejectedEarly: early.length,
    median: quantile(waits, 0.5),
  };
}

/** Between the two nearest, as far as it lies between them. */
function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : Math.round(low + (high - low) * (place % 1));
}

const told = ({ handoffs, contacted, promised, kept, rejectedEarly = 0, touchP50 }: Group) => ({
  handoffs,
  contacted,
  promised,
  kept,
  rejectedEarly,
  median: touchP50,
});

test('stats, report and file say what a notebook says, whatever people do with their leads', {
  timeout: 170_000,
}, async () => {
  const home = await workspaces;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(deed, { maxLength: 14 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
      async histories => {
        const workspace = await ladderWorkspace(home);
        const zone = ZONE;
        const kept: (Notes & { handoff: Handoff })[] = [];
        const begun = workspace.now();
        const notes: Notes[] = [];
        for (const [deeds, pool] of histories) notes.push(await play(workspace, deeds, pool));
        const now = workspace.now().getTime();
        for (const one of notes) {
          // Others' histories went on meanwhile.
          for (const turn of one.turns) settle(turn, Math.round((now - one.opened) / MINUTE));
          kept.push({ ...one, handoff: await workspace.look(one.id) });
        }
        const period: Period = { from: new Date(begun.getTime() - DAY), to: new Date(now + DAY), zone };
        const report = await reportOf(workspace.deps, workspace.workspaceId, period);
        assert.deepEqual(
          told(report.all),
          byHand(kept, () => true, kept),
        );
        for (const [name, full] of [
          ['marcus', 'Marcus Chen'],
          ['priya', 'Priya Nair'],
        ] as const) {
          const mine = kept.filter(one => one.handoff.repEmail === address(name));
          const expected = byHand(kept, turn => turn.rep === address(name), mine);
          const group = report.reps.find(one => one.name === full);
          const had = kept.some(one => one.turns.some(turn => turn.rep === address(name)));
          if (had) assert.deepEqual(group && told(group), expected, name);
          const filter = { reps: [address(name)], teams: [], rotations: [], ...period };
          const own = await statsOf(workspace.deps, workspace.workspaceId, filter);
          assert.deepEqual(
            [own.given, own.contacted, own.promised, own.kept, own.rejectedEarly, own.medianMs],
            Object.values(expected),
            name,
          );
        }
        const rows = await leadRows(workspace.db, {
          workspaceId: workspace.workspaceId,
          zone,
          period,
          now: workspace.now(),
        });
        assert.deepEqual(
          rows.map(row => JSON.stringify([row.contactedAt !== null, row.kept])).toSorted(),
          kept
            .map(one => [one.contacted !== undefined, leadKept(one, Math.round((now - one.opened) / MINUTE))])
            .map(one => JSON.stringify(one))
            .toSorted(),
        );
      },
    ),
    { numRuns: 25 },
  );
});

/** Of a lead: broken once is broken; what was promised first is an hour from its opening. */
function leadKept({ turns, contacted, handoff }: Notes & { handoff: Handoff }, now: number): boolean | null {
  if (handoff.breachedAt || turns.some(turn => turn.due !== null && turn.broken)) return false;
  if (contacted !== undefined) return contacted <= 60;
  const waits = ['assigned', 'claimed'].includes(handoff.state);
  return waits && now >= 60 ? false : null;
}

test('the words of a question narrow and group as they say; a group is never another grouping’s total', async () => {
  const workspace = await (await workspaces).workspace();
  const [one, , gb] = [await workspace.open(), await workspace.open(), await workspace.open({ country: 'GB' })];
  await updateHandoff(workspace.db, workspace.workspaceId, gb, { opportunityAt: workspace.now() });
  await workspace.open({ state: 'held' });
  await actionsOf(workspace.deps).logCall({
    ...workspace.by('marcus'),
    handoffId: one,
    outcome: 'connected',
    direction: 'outbound',
  });
  const asked = { workspaceId: workspace.workspaceId, zone: ZONE, now: workspace.now() };
  const numberOf = async (where: Parameters<typeof leadRows>[1]['where']) =>
    (await tally(workspace.db, { ...asked, where: where ?? {} }, ['leads'], [[]]))[0]?.[0]?.numbers.leads;
  assert.deepEqual(
    [
      await numberOf({}),
      await numberOf({ status: ['contacted'] }),
      await numberOf({ status: ['not_contacted', 'held'] }),
      await numberOf({ region: ['EMEA'] }),
      await numberOf({ country: ['GB', 'US'], status: ['opportunity'] }),
      await numberOf({ employees: { above: 700, to: 750 } }),
      await numberOf({ employees: { above: 750 } }),
      await numberOf({ rule: ['EMEA'] }),
      await numberOf({ team: ['mid'], status: ['open'] }),
      await numberOf({ status: ['reassigned'] }),
    ],
    [4, 1, 1, 1, 1, 4, 0, 1, 2, 0],
  );
  const [all, byTeam, byBoth] = await tally(
    workspace.db,
    asked,
    ['leads', 'contacted_rate'],
    [[], ['team'], ['team', 'country']],
  );
  assert.deepEqual(all, [{ key: [], numbers: { leads: 4, contacted_rate: 0.25 } }]);
  assert.deepEqual(
    byTeam?.map(({ key, numbers }) => [...key, numbers.leads]).sort(),
    [
      ['emea', 1],
      ['mid', 2],
      [null, 1],
    ].sort(),
  );
  assert.equal(byBoth?.length, 3);
});

test('names are those of the playbook, and the four periods before stand beside', async () => {
  const workspace = await (await workspaces).workspace();
  await workspace.open();
  await workspace.open({ state: 'held' });
  const now = workspace.now();
  const period = { from: new Date('2026-11-23T05:00:00Z'), to: new Date('2026-11-30T05:00:00Z'), zone: ZONE };
  const report = await reportOf(workspace.deps, workspace.workspaceId, period);
  assert.equal(report.all.handoffs, 2);
  assert.deepEqual(report.reps.map(({ name, handoffs }) => [name, handoffs]).toSorted(), [
    ['Marcus Chen', 1],
    ['nobody', 1],
  ]);
  assert.deepEqual(report.teams.map(({ name }) => name).toSorted(), ['Mid-market', 'no team']);
  assert.deepEqual(
    report.before.map(({ from }) => from.toISOString()),
    ['2026-10-26T04:00:00.000Z', '2026-11-02T05:00:00.000Z', '2026-11-09T05:00:00.000Z', '2026-11-16T05:00:00.000Z'],
    'the clocks were put back on November 1',
  );
  const later = await reportOf(workspace.deps, workspace.workspaceId, {
    ...period,
    from: period.to,
    to: new Date('2026-12-07T05:00:00Z'),
  });
  assert.deepEqual(
    later.before.map(({ handoffs }) => handoffs),
    [0, 0, 0, 2],
  );
  assert.deepEqual(report.unrouted, {
    total: 1,
    first: [{ name: 'Emma', company: 'Acme', rep: null, since: now }],
  });
});
