/**
 * Watch mode: a lead is decided about like any other, and nothing comes of it. There is no handoff, so nothing that a
 * handoff causes can happen: no record, no card, no mail, no SLA, no feedback. What would have been stands in the lead's
 * timeline and on the admins' Home.
 */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Change, Db } from '../../db/connection.ts';
import { entriesOf } from '../../db/handoffs/timeline.ts';
import { modeOf } from '../../db/workspaces/mode.ts';
import { notice } from '../../db/workspaces/notices.ts';
import type { Judgement } from '../../domain/decision.ts';
import type { Contact } from '../../domain/lead.ts';
import { handedOffBy } from '../../domain/manual.ts';
import { changeAndEnqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import type { Routed } from '../route/route-now.ts';
import type { ByHand } from './manual-lead.ts';

/** How the outcome of a lead handed off by hand begins that was only watched. */
export const WATCHED = 'watched: ';

interface Watched {
  workspaceId: string;
  lead: { id: string; name: string };
  judgement: Judgement;
  routed: Routed;
  playbook: Playbook;
  /** What CRM a record would be written to, by its name for people; undefined: none. */
  crm: string | undefined;
  settled: readonly Change[];
  byHand: ByHand;
  at: Date;
}

/**
 * Ends the decision about a crossing in watch mode. The turn is written, so that the next lead meets the next in the
 * rotation as it would live; going live puts the rotation back. The admins hear of the first such lead.
 */
export async function settleWatched(trx: Db, watched: Watched): Promise<void> {
  const { workspaceId, lead, judgement, routed, settled, byHand, at } = watched;
  const text = wouldHave(watched);
  const request = byHand.settle({ outcome: `${WATCHED}${text}`, handoffId: null });
  const detail = { judgement, decision: routed.outcome?.decision ?? null };
  const entry = { kind: 'watched', at, text: `Watch mode: ${text}`, detail } as const;
  const first = await isFirst(trx, workspaceId, `${lead.name}: ${text}`, at);
  await changeAndEnqueue(trx, {
    changes: [
      ...settled,
      ...(routed.turn ? [routed.turn] : []),
      entriesOf(trx, { workspaceId, leadId: lead.id }, [entry]),
      ...request.changes,
    ],
    jobs: [...request.jobs, ...(first ? [notifyAdmins(workspaceId)] : [])],
  });
}

/** One message a time of watching: whoever set Baton up learns that it works, and where the others are. */
async function isFirst(trx: Db, workspaceId: string, what: string, at: Date): Promise<boolean> {
  const { since } = await modeOf(trx, workspaceId);
  const key = `watched:${since?.getTime() ?? 0}`;
  const text = `Watch mode: your first lead came in, and nothing was sent. ${what} Home lists this lead and those that follow; you go live there, too.`;
  return notice(trx, workspaceId, { key, text }, at);
}

/** What would have become of it, in a sentence or two. Pure; raw, as everything that is told. */
export function wouldHave({
  judgement,
  routed,
  playbook,
  crm,
}: Pick<Watched, 'judgement' | 'routed' | 'playbook' | 'crm'>): string {
  const { priority } = judgement.fit;
  const decision = routed.outcome?.decision;
  const record = crm === undefined ? '' : ` and a record in ${crm}`;
  switch (decision?.to.kind) {
    case 'person':
      return `${priority}: would go to ${nameOf(playbook, decision.to.email)}, with a card in Slack${record}. ${decision.reason}`;
    case 'pool':
      return `${priority}: would be open to claim in ${teamName(playbook, decision.to.team)}, with a card in Slack${record}. ${decision.reason}`;
    case 'nobody':
      return `${priority}: would wait for an admin, because nobody could be found. ${decision.reason}`;
    case 'nurture':
      return `${priority}: would be left to nurture. ${decision.reason}`;
    default:
      return judgement.outcome === 'hold'
        ? `Would wait for an admin to decide. ${judgement.reason}`
        : `${priority}: would be left to nurture. ${judgement.reason}`;
  }
}

/** A test lead goes its whole way in watch mode, too: to whoever made it, as nobody else is to hear of it. Pure. */
export function toItsMaker(routed: Routed, contact: Contact): Routed {
  const maker = handedOffBy(contact)?.email;
  if (maker === undefined || !routed.outcome) return routed;
  const { decision } = routed.outcome;
  const to = { kind: 'person', email: maker, via: 'manual' } as const;
  const reason = `${decision.reason} In watch mode a test lead comes to whoever made it.`;
  return { absences: routed.absences, outcome: { decision: { ...decision, to, reason } } };
}
