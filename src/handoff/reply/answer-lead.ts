/**
 * The first answer to a lead, in the name of whoever has it: decided and put into the outbox in one transaction, begun in a
 * second, sent once. Whatever ended without the mail server's yes or no is never sent again: a person is asked.
 */
import { randomUUID } from 'node:crypto';
import { personOf } from '../../config/playbook/people.ts';
import type { Person, Playbook } from '../../config/playbook.ts';
import { MaybeTaken, NoSuchMailbox } from '../../contracts/mailer.ts';
import type { Db } from '../../db/connection.ts';
import {
  type Answer,
  insertAnswer,
  mailedBefore,
  markUnmailable,
  moveAnswer,
  openAnswerOf,
} from '../../db/handoffs/emails.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import { failureReason } from '../../domain/failure-words.ts';
import type { WithheldReason } from '../../domain/first-answer.ts';
import { handedOffBy } from '../../domain/manual.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { after } from '../../lib/clock.ts';
import { randomToken } from '../../lib/crypto.ts';
import { Failure, Rejected } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import { canMail, handOver, mailboxOf } from '../actions/mail-route.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { type BookingLink, bookingLinkFor } from '../meetings/booking-link.ts';
import { composeAnswer, mailOf } from './compose.ts';
import { keepState, tellRefused, tellSent, tellUnknown, tellWithheld } from './tell.ts';
import { type AnswerInput, whyNever, whyWithheld } from './withhold.ts';

/** Decides unless that was done, then sends what waits. Five round trips, one booking link and one mail for a lead that is answered. */
export async function answerLead(deps: Deps, of: HandoffRef): Promise<void> {
  const { playbook } = await deps.playbook(of.workspaceId);
  const link = playbook.reply.enabled ? await bookingLinkFor(deps, of) : undefined;
  await deps.db.transaction(trx => decideOnce(deps, trx, of, link));
  await sendWaiting(deps, of);
}

async function decideOnce(
  deps: Deps,
  trx: Db,
  { workspaceId, handoffId }: HandoffRef,
  link: BookingLink | undefined,
): Promise<void> {
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!handoff || handoff.facts.firstAnswer) return;
  const input = await inputOf(deps, trx, handoff);
  if (!input.playbook.reply.enabled) return;
  const now = deps.clock.now();
  const isLate = now > after(askedAt(handoff), input.playbook.reply.within);
  const reason = whyWithheld(input) ?? (isLate ? 'late' : undefined);
  if (reason) return tellWithheld(trx, handoff, reason, now);
  await putIntoOutbox(deps, trx, input, link);
}

/** Whoever scored first, and asked in a form while the lead was open, waits since then. */
function askedAt({ openedAt, facts: { contact } }: Handoff<Facts>): Date {
  const forms = contact.activities.filter(({ type }) => type === 'form').map(({ at }) => Date.parse(at));
  return new Date(Math.max(openedAt.getTime(), ...forms));
}

/** All that the decision goes by, in two round trips; vendors and playbook are at hand. */
export async function inputOf(deps: Deps, trx: Db, handoff: Handoff<Facts>): Promise<AnswerInput> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const [{ playbook }, { crm, mailer }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const { repEmail } = handoff;
  const hasMailer =
    mailer !== undefined || (repEmail !== null && (await canMail(deps, { workspaceId, email: repEmail })));
  const address = addressOf(handoff);
  const since = after(deps.clock.now(), -playbook.reply.not_again_within);
  const to = { workspaceId, handoffId, leadId, address: addressKey(address), since };
  const before = await mailedBefore(trx, to);
  return { handoff, playbook, before, address, hasCrm: crm !== undefined, hasMailer };
}

/** Nobody is behind a test lead's address: whoever made it reads the mail. */
function addressOf({ isTest, facts: { contact } }: Handoff<Facts>): string {
  return (isTest ? handedOffBy(contact)?.email : contact.email?.trim()) ?? '';
}

/** Written before it is sent; told as withheld where its template says nothing for this lead. Answers whether it waits. */
export async function putIntoOutbox(
  deps: Deps,
  trx: Db,
  input: AnswerInput,
  link: BookingLink | undefined,
): Promise<boolean> {
  const { handoff, playbook, address } = input;
  const now = deps.clock.now();
  const rep = repOf(playbook, handoff);
  const filled = rep && composeAnswer(handoff, rep, playbook, link?.repEmail === rep.email ? link.url : undefined);
  if (!rep || !filled?.ok) {
    await tellWithheld(trx, handoff, rep ? 'unfillable' : 'nobody', now);
    return false;
  }
  const id = randomUUID();
  await insertAnswer(trx, {
    id,
    workspaceId: handoff.workspaceId,
    handoffId: handoff.id,
    byEmail: rep.email,
    recipient: address,
    subject: handoff.isTest ? `Test: ${filled.subject}` : filled.subject,
    body: filled.body,
    messageId: `<${id}@${rep.email.split('@')[1] ?? 'baton'}>`,
    createdAt: now,
    unsubscribeToken: randomToken(),
  });
  await keepState(trx, handoff, { state: 'waiting', at: now.toISOString() });
  return true;
}

const repOf = (playbook: Playbook, { repEmail }: Pick<Handoff, 'repEmail'>): Person | undefined =>
  personOf(playbook, repEmail);

interface Begun {
  answer: Answer;
  handoff: Handoff<Facts>;
  playbook: Playbook;
  rep: Person;
}

async function sendWaiting(deps: Deps, of: HandoffRef): Promise<void> {
  const begun = await deps.db.transaction(trx => begin(deps, trx, of));
  if (!begun) return;
  try {
    await sendOnce(deps, begun);
  } catch (error) {
    return notSent(deps, begun, error);
  }
  await settle(deps, begun, 'sent', (trx, handoff, now) => tellSent(trx, handoff, begun.answer, now));
}

/** From here on it may have left. Undefined: there is nothing to send, or it must not leave any more. */
async function begin(deps: Deps, trx: Db, { workspaceId, handoffId }: HandoffRef): Promise<Begun | undefined> {
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  const answer = handoff && (await openAnswerOf(trx, workspaceId, handoffId));
  if (!handoff || !answer) return undefined;
  const now = deps.clock.now();
  if (answer.state === 'begun') {
    // Whoever began it has died, or its answer could not be written down.
    await moveAnswer(trx, workspaceId, answer.id, { from: 'begun', to: 'unknown' });
    await tellUnknown(trx, handoff, answer, now);
    return undefined;
  }
  const { playbook } = await deps.playbook(workspaceId);
  const rep = repOf(playbook, handoff);
  const reason = await whyCancelled(deps, trx, { handoff, answer, now });
  if (reason || !rep) {
    await moveAnswer(trx, workspaceId, answer.id, { from: 'waiting', to: 'cancelled', note: reason ?? 'nobody' });
    await tellWithheld(trx, handoff, reason ?? 'nobody', now);
    return undefined;
  }
  await moveAnswer(trx, workspaceId, answer.id, { from: 'waiting', to: 'begun' });
  return { answer, handoff, playbook, rep };
}

/** What happened since it was written: another rep has the lead, they were faster, it is too late, they opted out. */
async function whyCancelled(
  deps: Deps,
  trx: Db,
  { handoff, answer, now }: { handoff: Handoff<Facts>; answer: Answer; now: Date },
): Promise<WithheldReason | undefined> {
  if (handoff.repEmail !== answer.byEmail) return 'moved';
  const input = await inputOf(deps, trx, handoff);
  // Whoever turns them off, in a flood of forms for instance, means those that wait, too.
  if (!input.playbook.reply.enabled) return 'off';
  const isLate = now > after(answer.createdAt, input.playbook.reply.within);
  return whyNever(input) ?? (isLate ? 'late' : undefined);
}

async function sendOnce(deps: Deps, { answer, handoff, playbook, rep }: Begun): Promise<void> {
  const unsubscribeUrl = `${deps.publicUrl}/unsubscribe/${answer.unsubscribeToken}`;
  const writer = { workspaceId: answer.workspaceId, email: rep.email };
  const mail = mailOf(answer, { handoff, rep, playbook, unsubscribeUrl, returnAddress: deps.returnAddress });
  await handOver(deps, writer, await mailboxOf(deps, writer), mail);
}

async function notSent(deps: Deps, begun: Begun, error: unknown): Promise<void> {
  const { answer } = begun;
  const { workspaceId } = answer;
  if (error instanceof MaybeTaken) {
    return settle(deps, begun, 'unknown', (trx, handoff, now) => tellUnknown(trx, handoff, answer, now));
  }
  if (error instanceof Rejected) {
    const why = failureReason(error);
    return settle(deps, begun, 'refused', async (trx, handoff, now) => {
      const isBounce = error instanceof NoSuchMailbox;
      const address = addressKey(answer.recipient);
      if (isBounce) await markUnmailable(trx, workspaceId, { address, why: 'bounced', note: why, at: now });
      await tellRefused(trx, handoff, answer, { why, isBounce, now });
    });
  }
  // It has not left: tried again while it is in time. Anything but a failure of the mail server is a bug, after which nobody knows.
  if (error instanceof Failure) await moveAnswer(deps.db, workspaceId, answer.id, { from: 'begun', to: 'waiting' });
  throw error;
}

/** Writes down how it ended, unless somebody has. */
async function settle(
  deps: Deps,
  { answer }: Begun,
  to: 'sent' | 'unknown' | 'refused',
  tell: (trx: Db, handoff: Handoff<Facts>, now: Date) => Promise<void>,
): Promise<void> {
  const { workspaceId, handoffId, id } = answer;
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    const moved = await moveAnswer(trx, workspaceId, id, { from: 'begun', to, ...(to === 'sent' && { sentAt: now }) });
    if (handoff && moved) await tell(trx, handoff, now);
  });
}

/** The login is refused, or Baton stumbled: what has not left is the rep's to send; of what was begun nobody knows. */
export async function answerParked(deps: Deps, trx: Db, { workspaceId, handoffId }: HandoffRef): Promise<void> {
  const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  const answer = handoff && (await openAnswerOf(trx, workspaceId, handoffId));
  if (!handoff || !answer) return;
  const now = deps.clock.now();
  const to = answer.state === 'begun' ? 'unknown' : 'cancelled';
  await moveAnswer(trx, workspaceId, answer.id, { from: answer.state === 'begun' ? 'begun' : 'waiting', to });
  await (to === 'unknown' ? tellUnknown(trx, handoff, answer, now) : tellWithheld(trx, handoff, 'late', now));
}
