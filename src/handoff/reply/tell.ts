/** How a first answer stands: kept with the lead for its cards, on its timeline, and where a person must act in the threads of cards. */
import type { Db } from '../../db/connection.ts';
import type { Answer } from '../../db/handoffs/emails.ts';
import { type Handoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { type NewEntry, recordEntries } from '../../db/handoffs/timeline.ts';
import { type FirstAnswer, WITHHELD_WORDS, type WithheldReason } from '../../domain/first-answer.ts';
import { displayName } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards } from '../../jobs/requests.ts';
import { quotedNote } from '../core/act-as.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';

type Lead = Handoff<Facts>;

export async function keepState(trx: Db, { workspaceId, id }: Lead, firstAnswer: FirstAnswer): Promise<void> {
  await updateHandoff(trx, workspaceId, id, {}, { firstAnswer });
}

/** Cards say why; one that was drawn a moment before does so from now on. */
export async function tellWithheld(trx: Db, lead: Lead, reason: WithheldReason, now: Date): Promise<void> {
  const state: FirstAnswer = { state: 'withheld', reason, at: now.toISOString() };
  await keepState(trx, lead, state);
  if (reason === 'opted_out') await flagOptOut(trx, lead);
  const text = `No first answer to ${displayName(lead.facts.contact)}: ${WITHHELD_WORDS[reason]}.`;
  await recordEntries(trx, ofLead(lead), { kind: 'answer_withheld', at: now, text, detail: { reason } });
  await enqueue(trx, redrawCards(lead));
}

/** The card says it, and Email refuses. */
export async function flagOptOut(trx: Db, { workspaceId, id, judgement }: Lead): Promise<void> {
  const flags = [...new Set([...judgement.flags, 'unsubscribed'])];
  await updateHandoff(trx, workspaceId, id, { judgement: { ...judgement, flags } });
}

export async function tellSent(
  trx: Db,
  lead: Lead,
  { id, subject, messageId, byEmail }: Answer,
  now: Date,
): Promise<void> {
  await keepState(trx, lead, { state: 'sent', at: now.toISOString() });
  const text = `First answer sent to ${displayName(lead.facts.contact)}${quotedNote(subject)}`;
  const detail = { email: id, subject, messageId, by: byEmail };
  await recordEntries(trx, ofLead(lead), { kind: 'answer_sent', at: now, text, detail });
  await enqueue(trx, redrawCards(lead));
}

/** A person is asked: nobody sends it again. */
export async function tellUnknown(trx: Db, lead: Lead, { id }: Answer, now: Date): Promise<void> {
  await keepState(trx, lead, { state: 'unknown', at: now.toISOString() });
  const name = displayName(lead.facts.contact);
  const text = `The first answer to ${name} may have been sent or not: the mail server’s answer was lost. Baton won’t send it again. Did ${name} get it? If not, write with Email.`;
  await inThreads(trx, lead, { kind: 'answer_unknown', at: now, text, detail: { email: id } });
}

export async function tellRefused(
  trx: Db,
  lead: Lead,
  { id, recipient }: Answer,
  { why, isBounce, now }: { why: string; isBounce: boolean; now: Date },
): Promise<void> {
  await keepState(trx, lead, { state: 'refused', note: why, at: now.toISOString() });
  const name = displayName(lead.facts.contact);
  const what = isBounce ? `${recipient} does not exist` : `it was not sent`;
  const text = `The first answer to ${name} was refused, ${what}: ${why}. Check the address, or reach them another way.`;
  await inThreads(trx, lead, { kind: 'answer_refused', at: now, text, detail: { email: id, to: recipient } });
}

async function inThreads(trx: Db, lead: Lead, entry: NewEntry): Promise<void> {
  await recordForThreads(trx, ofLead(lead), entry);
  await enqueue(trx, redrawCards(lead));
}

const ofLead = ({ workspaceId, id: handoffId, leadId }: Lead) => ({ workspaceId, handoffId, leadId });
