/** Random leads as a notebook has them, and random questions about them. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { insertHandoff, UNTOUCHED } from '../../src/db/handoffs/handoffs.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import type { Judgement, Priority } from '../../src/domain/decision.ts';
import type { HandoffState } from '../../src/domain/handoff.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { BY_NAMES, type Measured, STATUS_NAMES } from '../../src/questions/question-object.ts';
import type { TestWorkspace } from '../handoff/test-workspaces.ts';

export const ZONE = 'America/New_York';
export const PEOPLE = ['marcus', 'priya', 'tom'].map(name => `${name}@example.com`);

/** One person's turn; minutes before now. */
export interface Turn {
  rep: string | null;
  team: string | null;
  from: number;
  due: number | null;
  breached: number | null;
  touched: number | null;
  ended: number | null;
}

/** One lead, as a notebook has it; times are minutes before now. */
export interface Noted {
  state: HandoffState;
  source: string;
  crossed: number;
  seen: number;
  opened: number;
  assigned: number | null;
  delivered: number | null;
  claimed: number | null;
  contacted: number | null;
  due: number | null;
  breached: number | null;
  cold: number | null;
  opportunity: number | null;
  rep: string | null;
  team: string | null;
  claimedBy: string | null;
  score: number;
  fit: number;
  priority: Priority;
  leadSource: string | null;
  campaign: string | null;
  country: string | null;
  regions: string[];
  industry: string | null;
  employees: number | null;
  rule: string | null;
  flags: string[];
  reason: string | null;
  record: 'pending' | 'written';
  turns: Turn[];
}

const ago = fc.integer({ min: 0, max: 60 * 24 * 60 });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const turn: fc.Arbitrary<Turn> = fc.record({
  rep: maybe(fc.constantFrom(...PEOPLE)),
  team: maybe(fc.constantFrom('mid', 'emea')),
  from: ago,
  due: maybe(ago),
  breached: maybe(ago),
  touched: maybe(ago),
  ended: fc.constant(0),
});
export const noted: fc.Arbitrary<Noted> = fc
  .record({
    state: fc.constantFrom<HandoffState>(
      'assigned',
      'assigned',
      'claimed',
      'opened',
      'assigned',
      'claimed',
      'contacted',
      'won',
      'lost',
      'rejected',
      'nurture',
      'held',
    ),
    source: fc.constantFrom('hubspot', 'marketo'),
    opened: ago,
    toSeen: fc.integer({ min: 0, max: 30 }),
    toCrossed: fc.integer({ min: -5, max: 30 }),
    assigned: maybe(ago),
    delivered: maybe(ago),
    claimed: maybe(ago),
    contacted: maybe(ago),
    due: maybe(fc.integer({ min: -600, max: 6_000 })),
    breached: maybe(ago),
    cold: maybe(ago),
    opportunity: maybe(ago),
    rep: fc.option(fc.constantFrom(...PEOPLE), { nil: null, freq: 1 }),
    team: maybe(fc.constantFrom('mid', 'emea')),
    claimedBy: maybe(fc.constantFrom(...PEOPLE)),
    score: fc.integer({ min: 0, max: 120 }),
    fit: fc.integer({ min: 0, max: 100 }),
    priority: fc.constantFrom<Priority>('HIGH', 'MEDIUM', 'LOW'),
    leadSource: maybe(fc.constantFrom('Webinar', "O'Brien's \\ event")),
    campaign: maybe(fc.constantFrom('Autumn', 'Spring')),
    place: maybe(fc.constantFrom(['DE', ['EMEA', 'EU']] as const, ['US', ['AMER']] as const)),
    industry: maybe(fc.constantFrom('Software', 'Retail')),
    employees: maybe(fc.integer({ min: 1, max: 3_000 })),
    rule: maybe(fc.constantFrom('EMEA', 'Everybody else')),
    flags: fc.subarray(['suspect_robot', 'free_email']),
    reason: maybe(fc.constantFrom('student', 'competitor')),
    record: fc.constantFrom<'pending' | 'written'>('pending', 'written'),
    turns: fc.array(turn, { maxLength: 3 }),
  })
  .map(({ place, toSeen, toCrossed, turns, ...one }) => ({
    ...one,
    seen: one.opened + toSeen,
    crossed: one.opened + toSeen + toCrossed,
    country: place?.[0] ?? null,
    regions: [...(place?.[1] ?? [])],
    turns: turns.map((had, index) => ({
      ...had,
      ended: index === turns.length - 1 ? null : Math.max(0, had.from - 30),
    })),
  }));

export async function store(workspace: TestWorkspace, one: Noted): Promise<void> {
  const at = (minutes: number | null) =>
    minutes === null ? null : new Date(workspace.now().getTime() - minutes * MINUTE);
  const id = randomUUID();
  await workspace.db.transaction(async trx => {
    const lead = await lockLead(trx, workspace.workspaceId, `${id}@example.com`, 'Emma', workspace.now());
    const { workspaceId } = workspace;
    const { id: leadId } = lead;
    const judgement = { fit: { score: one.fit, priority: one.priority, parts: [] }, company: {}, flags: [] } as unknown;
    const opened = at(one.opened) ?? workspace.now();
    await insertHandoff(trx, {
      ...UNTOUCHED,
      id,
      workspaceId,
      leadId,
      source: one.source,
      contactId: id,
      state: one.state,
      playbookVersion: 1,
      crossedAt: at(one.crossed) ?? opened,
      seenAt: at(one.seen) ?? opened,
      openedAt: opened,
      assignedAt: at(one.assigned),
      claimedAt: at(one.claimed),
      score: one.score,
      priority: one.priority,
      team: one.team,
      repEmail: one.rep,
      claimedBy: one.claimedBy,
      facts: {},
      judgement: judgement as Judgement,
      decision: null,
      recordState: one.record,
      recordKind: null,
      recordId: null,
      recordNote: null,
      recordedAt: null,
      deliveredAt: at(one.delivered),
      dueAt: at(one.due),
      contactedAt: at(one.contacted),
      closedReason: one.reason,
      breachedAt: at(one.breached),
      coldNotifiedAt: at(one.cold),
      opportunityAt: at(one.opportunity),
    });
    await trx('handoffs').where({ id }).update({
      lead_source: one.leadSource,
      campaign: one.campaign,
      country: one.country,
      regions: one.regions,
      industry: one.industry,
      employees: one.employees,
      rule: one.rule,
      flags: one.flags,
    });
    for (const had of one.turns) {
      await trx('stints').insert({
        workspace_id: workspaceId,
        handoff_id: id,
        rep_email: had.rep,
        team: had.team,
        from_at: at(had.from),
        due_at: at(had.due),
        breached_at: at(had.breached),
        touched_at: at(had.touched),
        ended_at: at(had.ended),
        ended_how: had.ended === null ? null : 'reassigned',
      });
    }
  });
}

/** Most questions say little: with every filter nothing would be left to count. */
const rarely = <T>(of: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: of });

export const question: fc.Arbitrary<Measured> = fc
  .record({
    measure: fc.constantFrom<Measured['measure']>(
      'leads',
      'leads',
      'leads',
      'contacted_rate',
      'sla_rate',
      'opportunity_rate',
      'win_rate',
      'time_to_contact',
      'rep_time',
      'claim_time',
      'system_time',
      'score',
      'fit',
    ),
    stat: fc.constantFrom<Measured['stat']>('average', 'median', 'p90', 'p95'),
    within: maybe(fc.constantFrom('30m', '4h', '20d')),
    status: rarely(fc.subarray([...STATUS_NAMES], { minLength: 1, maxLength: 2 })),
    rep: rarely(fc.constantFrom<string[]>(['me'], PEOPLE.slice(0, 2))),
    team: rarely(fc.constant<string[]>(['mid'])),
    leadSource: rarely(fc.constantFrom<string[]>(['Webinar'], ["O'Brien's \\ event", 'Webinar'])),
    region: rarely(fc.constant<string[]>(['EU'])),
    flag: rarely(fc.constant<string[]>(['suspect_robot'])),
    score: rarely(fc.constantFrom({ above: 50 }, { from: 20, to: 90 }, { below: 60 })),
    older: rarely(fc.constantFrom('24h', '90m')),
    by: fc.subarray([...BY_NAMES], { maxLength: 2 }),
    period: rarely(
      fc.constantFrom<NonNullable<Measured['period']>>(
        'today',
        'this_week',
        'last_week',
        'last_month',
        'last_2_weeks',
        'last_45_days',
        '2026-11-01/2026-11-20',
        '2026-10-01/',
      ),
    ),
  })
  .map(({ measure, stat, within, status, rep, team, leadSource, region, flag, score, older, by, period }) => ({
    measure,
    show: by.length > 0 ? ('table' as const) : ('number' as const),
    ...(!['leads', 'contacted_rate', 'sla_rate', 'opportunity_rate', 'win_rate'].includes(measure) && stat && { stat }),
    ...(within && measure === 'contacted_rate' && { within }),
    where: {
      ...(status && { status }),
      ...(rep && { rep }),
      ...(team && { team }),
      ...(leadSource && { lead_source: leadSource }),
      ...(region && { region }),
      ...(flag && { flag }),
      ...(score && { score }),
      ...(older && { older }),
    },
    ...(by.length > 0 && { by }),
    ...(period && { period }),
  }));
