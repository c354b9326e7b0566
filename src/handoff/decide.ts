/**
 * The decision: crossing or not, verdict, person. One transaction writes the handoff, its story so far, the rotation's
 * books and the jobs that follow, so that a crash leaves either all of it or nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Playbook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import { type Handoff, insertHandoff, openCounts, UNTOUCHED } from '../db/handoffs.ts';
import type { InboxEntry } from '../db/inbox.ts';
import { knownScore, type Lead, lockLead, settleSignal } from '../db/leads.ts';
import { notice } from '../db/notices.ts';
import type { Absence } from '../db/people.ts';
import { lockRotation, saveTurn } from '../db/rotation.ts';
import { type NewEntry, tell } from '../db/timeline.ts';
import type { Judgement } from '../domain/decision.ts';
import { displayName } from '../domain/lead.ts';
import { enqueue, type NewJob } from '../jobs/queue.ts';
import { SECOND } from '../lib/clock.ts';
import { type Crossing, crossing } from './crossing.ts';
import type { Deps, VersionedPlaybook } from './deps.ts';
import { dueOf } from './due.ts';
import type { Facts } from './facts.ts';
import { judge } from './judge.ts';
import { type RosterEntry, type RouteOutcome, route, routeFacts } from './route.ts';

export interface DecideInput {
  workspaceId: string;
  entry: InboxEntry;
  facts: Facts;
  versioned: VersionedPlaybook;
  connectedAt: Date;
  enrichLater: boolean;
}

/** How long after the decision an enricher that was late is asked again. */
const ENRICH_LATER_MS = 30 * SECOND;

/** Decides about one possible crossing; answers the handoff's id when one was opened. */
export async function decide(deps: Deps, input: DecideInput): Promise<string | undefined> {
  const { workspaceId, entry, facts, versioned } = input;
  const judgement = judge(
    {
      contact: facts.contact,
      company: facts.company,
      ...(facts.person && { person: facts.person }),
      playbook: versioned.playbook,
    },
    deps.clock.now(),
  );
  return deps.db.transaction(async trx => {
    const now = deps.clock.now();
    const lead = await lockLead(trx, workspaceId, keyOf(entry, facts), displayName(facts.contact), now);
    const outcome = await crossingNow(trx, input, lead, judgement.score);
    await settleSignal(trx, workspaceId, {
      inboxId: entry.id,
      outcome: outcome.kind === 'no' ? outcome.code : 'handed_off',
      crossedAt: outcome.kind === 'crossing' ? outcome.at : lead.lastCrossedAt,
      score: scoreToRemember(input, lead.id, judgement.score),
      at: now,
    });
    if (outcome.kind === 'no') {
      await tellNoCrossing(trx, workspaceId, lead, outcome, now);
      return undefined;
    }
    const routed = judgement.outcome === 'route' ? await routeNow(trx, input, judgement, now) : NOT_ROUTED;
    const handoff = handoffOf(input, lead, judgement, outcome, routed, now);
    await insertHandoff(trx, handoff);
    await tell(
      trx,
      { workspaceId, leadId: lead.id, handoffId: handoff.id },
      ...story(input, judgement, outcome, handoff, now),
    );
    if (handoff.state === 'held') await tellHeld(trx, handoff, lead, judgement, now);
    await enqueue(trx, ...jobsAfter(deps, handoff, input.enrichLater));
    return handoff.id;
  });
}

/** A lead is a person by address; one without any is known by the source's id, so that a phone number is not lost. */
function keyOf({ source, signal }: InboxEntry, { contact }: Facts): string {
  return contact.email?.trim().toLowerCase() || `${source}:${signal.contactId}`;
}

/** Read again under the lead's lock: another signal of the same person may have been decided meanwhile. */
async function crossingNow(trx: Db, input: DecideInput, lead: Lead, score: number | null): Promise<Crossing> {
  const { workspaceId, entry, facts, versioned, connectedAt } = input;
  const before = await knownScore(trx, workspaceId, entry.source, entry.signal.contactId);
  return crossing({
    signal: entry.signal,
    before,
    contact: facts.contact,
    score,
    mql: versioned.playbook.mql,
    connectedAt,
    lastCrossedAt: lead.lastCrossedAt,
  });
}

function scoreToRemember({ entry, facts }: DecideInput, leadId: string, score: number | null) {
  const newest = facts.contact.scoreHistory.at(-1);
  const occurred = new Date(entry.signal.occurredAt);
  const at = newest && new Date(newest.at) > occurred ? new Date(newest.at) : occurred;
  return { source: entry.source, contactId: entry.signal.contactId, leadId, score, at };
}

async function tellNoCrossing(
  trx: Db,
  workspaceId: string,
  lead: Lead,
  outcome: Crossing & { kind: 'no' },
  at: Date,
): Promise<void> {
  // These are everyday noise; the others answer "why was this one not handed off?".
  if (['below', 'no_score', 'above_before'].includes(outcome.code)) return;
  const kind = outcome.code === 'history' ? 'history_ignored' : 'not_crossed';
  await tell(
    trx,
    { workspaceId, leadId: lead.id },
    { kind, at, text: `Not handed off: ${outcome.reason}`, detail: { code: outcome.code } },
  );
}

/** What routing said, and who is away: the promise to the lead may depend on it. */
interface Routed {
  outcome?: RouteOutcome;
  absences: Absence[];
}

const NOT_ROUTED: Routed = { absences: [] };

/** Takes the workspace's place at the rotation as late as possible: choices of one workspace follow one another. */
async function routeNow(trx: Db, input: DecideInput, judgement: Judgement, now: Date): Promise<Routed> {
  const { workspaceId, facts, versioned } = input;
  const { playbook } = versioned;
  const books = await lockRotation(trx, workspaceId, now);
  const absences = Map.groupBy(books.absences, absence => absence.email);
  const open = await openCounts(trx, workspaceId, countedPeople(playbook));
  const known = new Map(books.people.map(person => [person.email, person]));
  const roster = new Map(
    playbook.people.map(({ email }): [string, RosterEntry] => [
      email,
      {
        absences: absences.get(email) ?? [],
        slackActive: known.get(email)?.slackActive ?? null,
        crmActive: known.get(email)?.crmActive ?? null,
        crmUserId: known.get(email)?.crmUserId ?? null,
        open: open[email] ?? 0,
      },
    ]),
  );
  const routed = route({ facts: routeFacts(facts, judgement, playbook), playbook, roster, rotation: books.lags, now });
  if (routed.rotation) await saveTurn(trx, workspaceId, routed.rotation);
  return { outcome: routed, absences: books.absences };
}

/** Whose open handoffs matter: counting them costs, so only where an open_limit or least_open asks. */
function countedPeople(playbook: Playbook): string[] {
  const counted = Object.values(playbook.teams).flatMap(({ assign, members }) =>
    members.filter(member => assign === 'least_open' || member.open_limit !== undefined).map(member => member.person),
  );
  return [...new Set(counted)];
}

function handoffOf(
  { workspaceId, entry, facts, versioned }: DecideInput,
  lead: Lead,
  judgement: Judgement,
  outcome: Crossing & { kind: 'crossing' },
  { outcome: routed, absences }: Routed,
  now: Date,
): Handoff<Facts> {
  const to = routed?.decision.to;
  const someones = to?.kind === 'person' || to?.kind === 'pool';
  const handoff: Handoff<Facts> = {
    ...UNTOUCHED,
    id: randomUUID(),
    workspaceId,
    leadId: lead.id,
    source: entry.source,
    contactId: entry.signal.contactId,
    state: judgement.outcome === 'hold' || to?.kind === 'nobody' ? 'held' : someones ? 'assigned' : 'nurture',
    playbookVersion: versioned.version,
    crossedAt: outcome.at,
    seenAt: entry.receivedAt,
    openedAt: now,
    assignedAt: someones ? now : null,
    claimedAt: null,
    score: judgement.score,
    priority: judgement.fit.priority,
    team: to?.kind === 'pool' ? to.team : to?.kind === 'person' ? (to.team ?? null) : null,
    repEmail: to?.kind === 'person' ? to.email : null,
    claimedBy: null,
    facts,
    judgement,
    decision: routed?.decision ?? null,
    recordState: someones ? 'pending' : 'skipped',
    recordObject: null,
    recordId: null,
    recordNote: null,
    recordedAt: null,
    deliveredAt: null,
    turnTeam: routed?.rotation?.team ?? null,
    turnEmail: routed?.rotation?.taken ?? null,
  };
  return someones ? { ...handoff, dueAt: dueOf(versioned.playbook, handoff, absences, now) } : handoff;
}

function story(
  { entry, facts }: DecideInput,
  judgement: Judgement,
  outcome: Crossing & { kind: 'crossing' },
  handoff: Handoff<Facts>,
  at: Date,
): NewEntry[] {
  const { signal } = entry;
  const gathered = `${facts.contact.activities.length} activities, company ${judgement.company.name ?? 'unknown'}`;
  return [
    {
      kind: 'crossed',
      at: outcome.at,
      actor: entry.source,
      text: `Crossed the threshold: ${outcome.reason}`,
      detail: { via: signal.via, seenAt: entry.receivedAt.toISOString(), contactId: signal.contactId },
    },
    { kind: 'facts_gathered', at, text: `Facts gathered: ${gathered}`, detail: { company: facts.company } },
    ...facts.missing.map(({ provider, why }) => ({
      kind: 'enrichment_missed' as const,
      at,
      actor: provider,
      text: `${provider} gave no answer in time (${why}); asked again later`,
    })),
    { kind: 'crm_matched', at, text: matchText(facts), detail: { match: facts.match ?? null } },
    { kind: 'judged', at, text: judgement.reason, detail: { judgement } },
    ...routedEntries(handoff, at),
  ];
}

function matchText({ match }: Facts): string {
  if (!match) return 'The CRM was not asked or gave no answer in time; it is asked again before the record is written';
  const found = (['lead', 'contact', 'account'] as const).flatMap(object => {
    const look = match[object];
    if (look.kind === 'none') return [];
    const more = look.kind === 'many' ? `, the newest of ${look.others.length + 1}` : '';
    return [
      `${object} ${look.record.id} (owner ${look.record.owner.name ?? look.record.owner.email ?? look.record.owner.id}${more})`,
    ];
  });
  return found.length > 0 ? `Found in the CRM: ${found.join('; ')}` : 'Nothing found in the CRM';
}

function routedEntries(handoff: Handoff<Facts>, at: Date): NewEntry[] {
  const { decision, state } = handoff;
  if (state === 'held' && !decision) return [{ kind: 'held', at, text: 'Held until a person decides' }];
  if (!decision) return [{ kind: 'nurtured', at, text: 'Left to nurture: no CRM record, no rep' }];
  const routed: NewEntry = { kind: 'routed', at, text: decision.reason, detail: { decision } };
  const last: Record<typeof decision.to.kind, NewEntry> = {
    person: { kind: 'assigned', at, text: `Assigned to ${handoff.repEmail}` },
    pool: { kind: 'pooled', at, text: `Open to the claim pool ${handoff.team}` },
    nurture: { kind: 'nurtured', at, text: 'Left to nurture: no CRM record, no rep' },
    nobody: { kind: 'held', at, text: 'Nobody could be found, not even by the fallback' },
  };
  return [routed, last[decision.to.kind]];
}

async function tellHeld(trx: Db, handoff: Handoff<Facts>, lead: Lead, judgement: Judgement, now: Date): Promise<void> {
  const { workspaceId, id } = handoff;
  await notice(
    trx,
    workspaceId,
    { key: `held:${id}`, text: `${lead.name} (${lead.email}) is held back: ${judgement.reason}` },
    now,
  );
  await enqueue(trx, { name: 'admin.tell', payload: { workspaceId }, key: `tell:${workspaceId}` });
}

function jobsAfter(deps: Deps, handoff: Handoff<Facts>, enrichLater: boolean): NewJob[] {
  if (handoff.state !== 'assigned') return [];
  const payload = { workspaceId: handoff.workspaceId, handoffId: handoff.id };
  const priority = handoff.priority === 'HIGH' ? 'high' : 'normal';
  const jobs: NewJob[] = [
    { name: 'handoff.record', payload, key: `record:${handoff.id}`, priority },
    // The card leaves when the record is written; this is how long it waits for a CRM that is slow or down.
    { name: 'handoff.notify', payload, key: `notify:${handoff.id}`, priority, delayMs: deps.patience.record },
  ];
  if (enrichLater)
    jobs.push({
      name: 'handoff.enrich',
      payload,
      key: `enrich:${handoff.id}`,
      delayMs: ENRICH_LATER_MS,
      priority: 'background',
    });
  return jobs;
}
