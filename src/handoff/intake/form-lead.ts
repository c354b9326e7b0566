/** What is different about a lead that sent a form, while it is decided about. */
import type { Db } from '../../db/connection.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import { openHandoffOf } from '../../db/handoffs/manual-leads.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import { NAMELESS_FORM } from '../../domain/activity-words.ts';
import { answersInLine, answersOf } from '../../domain/form/answers.ts';
import type { Contact } from '../../domain/lead.ts';
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

/**
 * Somebody has the lead already, or it waits: they see in its threads that it asked again, and what. One round trip, three
 * more when there is such a lead.
 */
export async function noteOnOpenLead(
  trx: Db,
  workspaceId: string,
  { lead, contact, at }: { lead: { id: string }; contact: Contact; at: Date },
): Promise<void> {
  const open = await openHandoffOf(trx, workspaceId, lead.id);
  if (!open) return;
  const answers = answersInLine(answersOf(contact));
  await recordForThreads(
    trx,
    { workspaceId, leadId: lead.id, handoffId: open.id },
    { kind: 'form_filled', at, text: `${formWords(contact)}${answers ? `. ${answers}` : ''}` },
  );
}

/** "Filled in the form “Demo request”". */
function formWords({ activities }: Contact): string {
  const form = activities.find(({ type }) => type === 'form')?.detail;
  return form && form !== NAMELESS_FORM
    ? `Filled in the form “${form.replace(/\s+/g, ' ').slice(0, 120)}”`
    : 'Filled in a form';
}
