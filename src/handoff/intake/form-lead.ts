/** What is different about a lead that sent a form, while it is decided about. */
import type { Playbook } from '../../config/playbook.ts';
import type { Db } from '../../db/connection.ts';
import { lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import { openHandoffOf } from '../../db/handoffs/manual-leads.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import { NAMELESS_FORM } from '../../domain/activity-words.ts';
import { answersInLine, answersOf } from '../../domain/form/answers.ts';
import { withAsked } from '../../domain/form/contact.ts';
import type { Contact } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { answerLead } from '../../jobs/requests.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import type { Crossing } from './crossing.ts';

/** The beginning of the timeline of a lead that asked by itself; undefined for others. */
export function formEntry(
  { source, signal }: InboxEntry,
  { contact }: Facts,
  { at, reason }: Crossing & { kind: 'crossing' },
): NewEntry | undefined {
  const { submission } = signal;
  if (!submission) return undefined;
  const answers = answersOf(contact);
  const asked = answersInLine(answers);
  return {
    kind: 'crossed',
    at,
    actor: source,
    text: `${formWords(contact)}: an MQL by ${reason}${asked ? `. ${asked}` : ''}`,
    detail: { via: 'form', answers, fields: submission.fields, ...(submission.page && { page: submission.page }) },
  };
}

interface AskedAgain {
  lead: { id: string };
  facts: Facts;
  playbook: Playbook;
  /** What they answered makes an MQL by itself. */
  isMql: boolean;
  at: Date;
}

/**
 * Somebody has the lead already, or it waits: they see in its threads that it asked again, and what. Where it only scored until
 * now it is answered like any other that asks. One round trip, three more when there is such a lead, and three for the answer.
 */
export async function noteOnOpenLead(trx: Db, workspaceId: string, asked: AskedAgain): Promise<void> {
  const { lead, facts, playbook, isMql, at } = asked;
  const open = await openHandoffOf(trx, workspaceId, lead.id);
  if (!open) return;
  const answers = answersInLine(answersOf(facts.contact));
  await recordForThreads(
    trx,
    { workspaceId, leadId: lead.id, handoffId: open.id },
    { kind: 'form_filled', at, text: `${formWords(facts.contact)}${answers ? `. ${answers}` : ''}` },
  );
  if (isMql && playbook.reply.enabled) await answerOpenLead(trx, { workspaceId, handoffId: open.id }, facts);
}

/** A form often raises the score at its platform, which may tell of it before the page does. */
async function answerOpenLead(
  trx: Db,
  { workspaceId, handoffId }: { workspaceId: string; handoffId: string },
  { contact, unchecked }: Facts,
): Promise<void> {
  if (contact.doubt !== undefined) return;
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!handoff || handoff.facts.firstAnswer || handoff.contactedAt !== null) return;
  const learnt = { contact: withAsked(handoff.facts.contact, contact), ...(unchecked && { unchecked }) };
  await updateHandoff(trx, workspaceId, handoffId, {}, learnt);
  await enqueue(trx, answerLead(handoff));
}

/** "Filled in the form “Demo request”". */
function formWords({ activities }: Contact): string {
  const form = activities.find(({ type }) => type === 'form')?.detail;
  return form && form !== NAMELESS_FORM
    ? `Filled in the form “${form.replace(/\s+/g, ' ').slice(0, 120)}”`
    : 'Filled in a form';
}
