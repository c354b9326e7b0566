/** Every measure, filter and grouping of a question against a plain count over random leads. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Answered } from '../../src/domain/answer.ts';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { questionAsker } from '../../src/questions/question-asker.ts';
import type { ByName, Measured, StatusName } from '../../src/questions/question-object.ts';
import { daysOf } from '../../src/questions/question-periods.ts';
import { answerTo } from '../../src/reports/answer.ts';
import { compiled } from '../../src/reports/compile.ts';
import { leadRows } from '../../src/reports/question.ts';
import { testWorkspaces } from '../handoff/test-workspaces.ts';
import { ladderWorkspace } from '../sla/ladder-workspace.ts';
import { type Noted, noted, question, store, type Turn, ZONE } from './noted-leads.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const isWaiting = ({ contacted, state }: Noted) =>
  contacted === null && ['opened', 'held', 'assigned', 'claimed'].includes(state);
/** Smaller is later: all times are minutes before now. */
const brokenTurn = ({ due, breached, touched, ended }: Turn) =>
  due !== null && (breached !== null || (touched !== null ? touched < due : due >= (ended ?? 0)));
const keptTurn = (had: Turn) => had.due !== null && had.touched !== null && !brokenTurn(had);

const HOLDS: Record<StatusName, (one: Noted) => boolean> = {
  open: ({ state }) => !['won', 'lost', 'rejected', 'nurture'].includes(state),
  not_contacted: isWaiting,
  contacted: ({ contacted }) => contacted !== null,
  unclaimed: ({ state, rep, contacted }) => state === 'assigned' && rep === null && contacted === null,
  claimed: ({ claimedBy }) => claimedBy !== null,
  // The HIGH ladder of the workspace is an hour; the others have none, and an hour of warning.
  at_risk: ({ contacted, state, due, priority }) =>
    contacted === null &&
    ['assigned', 'claimed'].includes(state) &&
    due !== null &&
    due > (priority === 'HIGH' ? -15 : -60),
  overdue: one => isWaiting(one) && one.due !== null && one.due >= 0,
  breached: ({ breached, turns }) => breached !== null || turns.some(brokenTurn),
  cold: ({ state, cold, contacted }) =>
    state === 'contacted' && cold !== null && contacted !== null && cold <= contacted,
  unrouted: ({ state }) => state === 'opened' || state === 'held',
  held: ({ state }) => state === 'held',
  nurture: ({ state }) => state === 'nurture',
  rejected: ({ state }) => state === 'rejected',
  reassigned: ({ turns }) => turns.filter(({ rep }) => rep !== null).length > 1,
  opportunity: ({ opportunity, state }) => opportunity !== null || state === 'won',
  won: ({ state }) => state === 'won',
  lost: ({ state }) => state === 'lost',
  record_pending: ({ record }) => record === 'pending',
};

const start = ({ crossed, seen }: Noted) => Math.max(crossed, seen);
const owed = ({ state, assigned }: Noted) => !(state === 'nurture' && assigned === null);
const positive = (minutes: number) => Math.max(0, minutes);

function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (place % 1);
}

function statOf(values: readonly number[], stat: Measured['stat']): number | null {
  if (values.length === 0) return null;
  if (stat === 'average') return values.reduce((sum, one) => sum + one, 0) / values.length;
  return quantile(values, stat === 'p90' ? 0.9 : stat === 'p95' ? 0.95 : 0.5);
}

const rate = (part: number, all: number) => (all === 0 ? null : part / all);
const seconds = (minutes: (number | null)[]) => minutes.flatMap(one => (one === null ? [] : [one * 60]));

function systemMinutes(one: Noted): number | null {
  if (one.delivered === null) return null;
  const held = one.assigned !== null && one.assigned >= one.delivered ? positive(one.opened - one.assigned) : 0;
  return positive(start(one) - one.delivered - held);
}

/** One number over leads, and over turns for what is measured of turns. */
function measured(question: Measured, leads: readonly Noted[], turns: readonly Turn[], within: number): number | null {
  const { measure, stat = 'median' } = question;
  const mine = leads.filter(owed);
  switch (measure) {
    case 'leads':
      return leads.length;
    case 'contacted_rate': {
      if (!question.within) return rate(mine.filter(({ contacted }) => contacted !== null).length, mine.length);
      const told = mine.filter(one => one.contacted !== null || start(one) >= within);
      return rate(
        told.filter(one => one.contacted !== null && one.contacted >= start(one) - within).length,
        told.length,
      );
    }
    case 'opportunity_rate':
      return rate(mine.filter(HOLDS.opportunity).length, mine.length);
    case 'win_rate':
      return rate(mine.filter(HOLDS.won).length, mine.length);
    case 'sla_rate':
      return rate(turns.filter(keptTurn).length, turns.filter(one => keptTurn(one) || brokenTurn(one)).length);
    case 'time_to_contact':
      return statOf(
        seconds(leads.map(one => (one.contacted === null ? null : positive(start(one) - one.contacted)))),
        stat,
      );
    case 'claim_time':
      return statOf(
        seconds(
          leads.map(({ claimed, delivered }) =>
            claimed === null || delivered === null ? null : positive(delivered - claimed),
          ),
        ),
        stat,
      );
    case 'system_time':
      return statOf(seconds(leads.map(systemMinutes)), stat);
    case 'rep_time':
      return statOf(seconds(turns.map(({ from, touched }) => (touched === null ? null : from - touched))), stat);
    case 'score':
      return statOf(
        leads.map(({ score }) => score),
        stat,
      );
    case 'fit':
      return statOf(
        leads.map(({ fit }) => fit),
        stat,
      );
    default:
      throw new Error(measure);
  }
}

const OVER_TURNS = ['sla_rate', 'rep_time'];

function keyOf(by: ByName, one: Noted, had: Turn | undefined, now: Date): string | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime() - one.opened * MINUTE).toZonedDateTimeISO(ZONE);
  switch (by) {
    case 'rep':
      return had ? had.rep : one.rep;
    case 'team':
      return had ? had.team : one.team;
    case 'lead_source':
      return one.leadSource;
    case 'outcome':
      return one.state;
    case 'region':
      return one.regions[0] ?? null;
    case 'reason':
      return one.reason;
    case 'hour':
      return String(local.hour);
    case 'weekday':
      return String(local.dayOfWeek);
    case 'day':
      return local.toPlainDate().toString();
    case 'week':
      return `${local.yearOfWeek}-${String(local.weekOfYear).padStart(2, '0')}`;
    case 'month':
      return local.toPlainDate().toString().slice(0, 7);
    default:
      return one[by];
  }
}

const MINUTES: Record<string, number> = { '30m': 30, '4h': 240, '20d': 28_800, '24h': 1_440, '90m': 90 };
const STANDING: StatusName[] = [
  'open',
  'not_contacted',
  'unclaimed',
  'at_risk',
  'overdue',
  'cold',
  'unrouted',
  'held',
  'record_pending',
];

/** The same by hand: group → number. */
function byHand(
  asked: Measured,
  all: readonly Noted[],
  me: string,
  mayKnow: (one: Noted, had?: Turn) => boolean,
  now: Date,
) {
  const { where = {}, by = [], measure } = asked;
  const isNow = where.status?.some(one => STANDING.includes(one));
  const period = asked.period ?? (isNow ? undefined : 'last_30_days');
  const days = period && daysOf(period, { now, zone: ZONE });
  const reps = where.rep?.map(one => (one === 'me' ? me : one));
  const isOf = (rep: string | null, team: string | null) =>
    (!reps || (rep !== null && reps.includes(rep))) && (!where.team || (team !== null && where.team.includes(team)));
  const { above = -1, below = 1e9, from = -1, to = 1e9 } = where.score ?? {};
  const fits = (one: Noted) => {
    const opened = now.getTime() - one.opened * MINUTE;
    return (
      (!days || (opened >= days.from.getTime() && opened < days.to.getTime())) &&
      (where.status ?? []).every(status => HOLDS[status](one)) &&
      (!where.lead_source || (one.leadSource !== null && where.lead_source.includes(one.leadSource))) &&
      (!where.region || one.regions.some(region => where.region?.includes(region))) &&
      (!where.flag || one.flags.some(flag => where.flag?.includes(flag))) &&
      one.score > above &&
      one.score < below &&
      one.score >= from &&
      one.score <= to &&
      (!where.older || start(one) >= (MINUTES[where.older] ?? 0))
    );
  };
  const leads = all.filter(one => fits(one) && mayKnow(one) && isOf(one.rep, one.team));
  const turns = all
    .flatMap(one => (fits(one) ? one.turns.map(had => ({ one, had })) : []))
    .filter(({ one, had }) => mayKnow(one, had) && isOf(had.rep, had.team));
  const isOfTurns = OVER_TURNS.includes(measure);
  const keys = new Map<string, { leads: Noted[]; turns: Turn[] }>();
  const groupOf = (one: Noted, had?: Turn) => {
    const key = JSON.stringify(by.map(dimension => keyOf(dimension, one, had, now)));
    const group = keys.get(key) ?? { leads: [], turns: [] };
    keys.set(key, group);
    return group;
  };
  if (isOfTurns) for (const { one, had } of turns) groupOf(one, had).turns.push(had);
  else for (const one of leads) groupOf(one).leads.push(one);
  if (by.length === 0 && keys.size === 0) keys.set('[]', { leads: [], turns: [] });
  const within = MINUTES[asked.within ?? ''] ?? 0;
  return [...keys.values()]
    .map(group => measured(asked, group.leads, group.turns, within))
    .filter(value => by.length === 0 || (value !== null && !(measure === 'leads' && value === 0)))
    .map(rounded)
    .toSorted();
}

const rounded = (value: number | null) => (value === null ? 'null' : value.toFixed(4));

function numbersOf({ body }: Answered): string[] {
  if (body.kind === 'number') return [rounded(body.value)];
  assert.ok(body.kind !== 'list');
  return body.rows.map(({ values }) => rounded(values[0] ?? null)).toSorted();
}

test('every number of a question is the count by hand, for whoever asks', { timeout: 170_000 }, async () => {
  const all = await workspaces;
  await fc.assert(
    fc.asyncProperty(
      fc.array(noted, { minLength: 5, maxLength: 25 }),
      fc.array(question, { minLength: 25, maxLength: 25 }),
      async (leads, questions) => {
        const workspace = await ladderWorkspace(all);
        for (const one of leads) await store(workspace, one);
        const { playbook } = await workspace.deps.playbook(workspace.workspaceId);
        const now = workspace.now();
        for (const [index, asked] of questions.entries()) {
          const name = ['ada', 'dana', 'marcus'][index % 3] ?? 'ada';
          const asker = questionAsker(playbook, `${name}@example.com`);
          assert.ok(asker);
          const scope = { workspaceId: workspace.workspaceId, asker, playbook, zone: ZONE, now };
          const mine = [asker.email, ...asker.reports];
          const mayKnow = (one: Noted, had?: Turn) => {
            const [rep, team] = had ? [had.rep, had.team] : [one.rep, one.team];
            return (
              asker.seesAll ||
              (rep !== null && mine.includes(rep)) ||
              (team !== null && asker.teams.includes(team)) ||
              (one.state === 'assigned' && one.rep === null) ||
              (name === 'dana' && one.rep === null && one.team === null)
            );
          };
          const answered = await answerTo(workspace.deps, asked, scope);
          assert.deepEqual(
            numbersOf(answered),
            byHand(asked, leads, asker.email, mayKnow, now),
            JSON.stringify([name, asked]),
          );
          if (asked.measure !== 'leads' || asked.by) continue;
          const rows = await leadRows(workspace.db, compiled(asked, scope).asked);
          const list = await answerTo(
            workspace.deps,
            { ...asked, period: asked.period ?? 'last_30_days', show: 'list' },
            { ...scope, asker },
          );
          assert.ok(list.body.kind === 'list');
          if (asked.period && name !== 'marcus')
            assert.deepEqual([list.body.total, list.leads], [rows.length, rows.length], 'list and file');
          assert.equal(rounded(rows.length), numbersOf(answered)[0], 'the file has as many lines');
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('a rep’s list holds their own leads and those nobody has taken, not their team’s', async () => {
  const workspace = await ladderWorkspace(await workspaces);
  const { playbook } = await workspace.deps.playbook(workspace.workspaceId);
  const own = (await workspace.look(await workspace.open())).repEmail;
  await workspace.open();
  await workspace.open();
  await workspace.open({ leadSource: 'Pool' });
  const asker = questionAsker(playbook, own ?? '');
  assert.ok(asker);
  const by = { workspaceId: workspace.workspaceId, asker, playbook, zone: ZONE, now: workspace.now() };
  const list = await answerTo(workspace.deps, { measure: 'leads', show: 'list' }, by);
  assert.ok(list.body.kind === 'list');
  assert.ok(list.body.leads.every(({ rep, team }) => rep === own || (rep === null && team === 'pool')));
  const total = await answerTo(workspace.deps, { measure: 'leads', show: 'number' }, by);
  assert.ok(total.body.kind === 'number' && total.body.value === 4, 'their team’s total');
});

test('the period before stands beside, and what waits beside times', async () => {
  const workspace = await ladderWorkspace(await workspaces);
  await workspace.open();
  workspace.move(8 * DAY);
  await workspace.open();
  await workspace.open();
  workspace.move(HOUR);
  const { playbook } = await workspace.deps.playbook(workspace.workspaceId);
  const asker = questionAsker(playbook, 'ada@example.com');
  assert.ok(asker);
  const by = { workspaceId: workspace.workspaceId, asker, playbook, zone: ZONE, now: workspace.now() };
  const { body } = await answerTo(workspace.deps, { measure: 'leads', show: 'number', period: 'this_week' }, by);
  assert.deepEqual(body, { kind: 'number', unit: 'leads', value: 2, before: 1 });
  const times = await answerTo(workspace.deps, { measure: 'time_to_contact', show: 'number', stat: 'median' }, by);
  assert.ok(times.body.kind === 'number');
  assert.deepEqual([times.body.value, times.body.waiting?.count], [null, 3]);
  assert.equal(times.body.waiting?.since?.getTime(), workspace.now().getTime() - 8 * DAY - HOUR);
});
