/**
 * What a rep is told by mail instead of in Slack. Written down before it is sent and begun once: a mail that may have left
 * is not sent again, and its lead goes to Slack as well, so that nobody waits for a mail that was lost.
 */
import { randomUUID } from 'node:crypto';
import { personOf, teamOf } from '../../config/playbook/people.ts';
import type { Person, Playbook } from '../../config/playbook.ts';
import { type Mailer, MaybeTaken } from '../../contracts/mailer.ts';
import {
  insertMailNotice,
  lockMailNotice,
  type MailNotice,
  mailNoticeById,
  mailNoticeByKey,
  moveMailNotice,
} from '../../db/cards/mail-notices.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, handoffById, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { entryById, recordEntries } from '../../db/handoffs/timeline.ts';
import { absencesAfter } from '../../db/people/people.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { isOpen } from '../../domain/handoff.ts';
import type { HandoffRef, MailNoticeRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { deliverCard, notifyAdmins, sendMailNotice as sendLater } from '../../jobs/requests.ts';
import { after, DAY, MINUTE } from '../../lib/clock.ts';
import { randomToken } from '../../lib/crypto.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';
import { isMailable } from '../core/mail-sender.ts';
import { type Drawing, drawingOf } from './drawing.ts';
import { noticeMail } from './mail-notice-text.ts';

/** How long the links of a mail do something. */
const LINKS_WORK = 7 * DAY;
/** A mail server that is away for longer is not waited for: the card goes to Slack. */
const PATIENCE = 5 * MINUTE;

const cardKey = ({ id, assignedAt }: Pick<Handoff, 'id' | 'assignedAt'>) => `card:${id}:${assignedAt?.toISOString()}`;

/** As the playbook says, or because Slack does not know them. Pure. */
function readsMail({ notify, people }: Playbook, email: string, slackId: string | undefined): boolean {
  const isWanted = notify.assigned === 'email' || slackId === undefined;
  return isWanted && isMailable(email) && people.some(one => one.email === email);
}

/** Is whoever has the lead told by mail? One round trip at most. */
export async function isToldByMail(deps: Deps, { handoff, playbook, repSlackId }: Drawing): Promise<boolean> {
  const { workspaceId, repEmail, assignedAt } = handoff;
  if (!repEmail || !assignedAt || !readsMail(playbook, repEmail, repSlackId)) return false;
  const { mailer } = await deps.vendors(workspaceId);
  if (!mailer) return false;
  const card = await mailNoticeByKey(deps.db, workspaceId, cardKey(handoff));
  return card?.state !== 'refused' && card?.state !== 'unknown';
}

/** The card of a lead by mail, once for each time it is given to somebody. */
export async function mailCard(deps: Deps, { handoff }: Drawing): Promise<boolean> {
  return mailOnce(deps, handoff, { kind: 'card', key: cardKey(handoff) });
}

/**
 * A lead that the first to claim it has: those of its team who read mail and are not away get it there, once each time it waits
 * for somebody. Two round trips and one for each of them.
 */
export async function mailPool(deps: Deps, { handoff, playbook }: Drawing): Promise<void> {
  const { workspaceId, id, team, assignedAt, repEmail } = handoff;
  const { mailer } = await deps.vendors(workspaceId);
  const members = teamOf(playbook, team)?.members ?? [];
  if (!mailer || repEmail !== null || !assignedAt || members.length === 0) return;
  const now = deps.clock.now();
  const away = (await absencesAfter(deps.db, workspaceId, now)).filter(({ from }) => from <= now);
  for (const { person } of members) {
    if (away.some(({ email }) => email === person)) continue;
    if (!readsMail(playbook, person, await slackIdOf(deps, workspaceId, person))) continue;
    await mailOnce(deps, handoff, {
      kind: 'pool',
      key: `pool:${id}:${assignedAt.toISOString()}:${person}`,
      to: person,
    });
  }
}

/** A nudge goes by the threads of cards: whoever has no card in a DM of theirs reads it in a mail. Three round trips. */
export async function mailNudge(deps: Deps, ref: HandoffRef, entryId: number): Promise<void> {
  const entry = await entryById(deps.db, ref.workspaceId, entryId);
  const drawing = entry?.kind === 'nudged' ? await drawingOf(deps, ref) : undefined;
  if (!drawing || !(await isToldByMail(deps, drawing))) return;
  await mailOnce(deps, drawing.handoff, { kind: 'nudge', key: `nudge:${entryId}` });
}

/** Puts it down and asks for it to be sent, unless that was done; answers whether it is new. `to`: the rep when left out. */
export async function mailOnce(
  deps: Deps,
  handoff: Handoff,
  { kind, key, to }: Pick<MailNotice, 'kind' | 'key'> & { to?: string },
): Promise<boolean> {
  const { workspaceId, id: handoffId, assignedAt } = handoff;
  const recipient = to ?? handoff.repEmail;
  if (!recipient || !assignedAt) return false;
  return deps.db.transaction(async trx => {
    const id = randomUUID();
    const told = { id, workspaceId, handoffId, key, kind, recipient, stint: assignedAt };
    const isNew = await insertMailNotice(trx, { ...told, createdAt: deps.clock.now() });
    if (isNew) await enqueue(trx, sendLater(handoff, id));
    return isNew;
  });
}

/** Sends it, unless the lead has moved on. Six round trips and one mail. */
export async function sendMailNotice(deps: Deps, { workspaceId, noticeId }: MailNoticeRef): Promise<void> {
  const token = randomToken();
  const known = await mailNoticeById(deps.db, workspaceId, noticeId);
  const [drawing, { mailer }] = await Promise.all([known && drawingOf(deps, known), deps.vendors(workspaceId)]);
  const begun = await deps.db.transaction(trx => begin(deps, trx, { workspaceId, noticeId, drawing, mailer, token }));
  if (!begun) return;
  const { told, rep } = begun;
  const { handoff, card, playbook } = begun.drawing;
  const urls = { act: `${deps.publicUrl}/act/${token}`, until: linksUntil(deps) };
  try {
    await begun.mailer.send(noticeMail(told, { card, handoff, playbook, rep, ...urls }));
  } catch (error) {
    if (error instanceof MaybeTaken || error instanceof Rejected) {
      const to = error instanceof MaybeTaken ? 'unknown' : 'refused';
      return deps.db.transaction(trx => giveUp(deps, trx, told, { to, why: failureReason(error) }));
    }
    // It has not left: another try gets links of its own.
    await moveMailNotice(deps.db, workspaceId, noticeId, { from: ['begun'], to: 'waiting' });
    throw error;
  }
  await deps.db.transaction(trx => keepSent(deps, trx, begun));
}

const linksUntil = (deps: Deps) => after(deps.clock.now(), LINKS_WORK);

interface Begun {
  told: MailNotice;
  drawing: Drawing;
  rep: Person;
  mailer: Mailer;
}

/** From here on it may have left. Undefined: there is nothing to send any more. */
async function begin(
  deps: Deps,
  trx: Db,
  given: MailNoticeRef & { drawing: Drawing | undefined; mailer: Mailer | undefined; token: string },
): Promise<Begun | undefined> {
  const { workspaceId, noticeId, drawing, mailer, token } = given;
  const told = await lockMailNotice(trx, workspaceId, noticeId);
  if (told?.state === 'begun') {
    await giveUp(deps, trx, told, { to: 'unknown', why: 'Baton was stopped while it was sent' });
  }
  if (told?.state !== 'waiting') return undefined;
  const rep = drawing && personOf(drawing.playbook, told.recipient);
  const { handoff } = drawing ?? {};
  // What waits for anybody is theirs while nobody has it.
  const holder = told.kind === 'pool' ? null : told.recipient;
  const isTheirs = handoff?.repEmail === holder && handoff.assignedAt?.getTime() === told.stint.getTime();
  if (!drawing || !rep || !handoff || !isTheirs || !isOpen(handoff.state)) {
    await moveMailNotice(trx, workspaceId, noticeId, { from: ['waiting'], to: 'overtaken' });
    return undefined;
  }
  if (!mailer) {
    await giveUp(deps, trx, told, { to: 'refused', why: 'no mail server is connected any more' });
    return undefined;
  }
  const link = { token, until: linksUntil(deps) };
  await moveMailNotice(trx, workspaceId, noticeId, { from: ['waiting'], to: 'begun', link });
  return { told, drawing, rep, mailer };
}

async function keepSent(deps: Deps, trx: Db, { told, drawing: { handoff }, rep }: Begun): Promise<void> {
  const { workspaceId, handoffId } = told;
  const at = deps.clock.now();
  const moved = await moveMailNotice(trx, workspaceId, told.id, { from: ['begun'], to: 'sent', sentAt: at });
  if (!moved || told.kind !== 'card') return;
  if (!handoff.deliveredAt) await updateHandoff(trx, workspaceId, handoffId, { deliveredAt: at });
  await recordEntries(
    trx,
    { workspaceId, handoffId, leadId: handoff.leadId },
    { kind: 'card_posted', at, text: `Card mailed to ${rep.name}`, detail: { mail: told.id } },
  );
}

/** Nobody may have read it: the card goes to Slack, and the admins hear of it once a day and person. */
async function giveUp(
  deps: Deps,
  trx: Db,
  { workspaceId, id, handoffId, recipient, kind }: MailNotice,
  { to, why }: { to: 'unknown' | 'refused'; why: string },
): Promise<void> {
  const at = deps.clock.now();
  const note = why.slice(0, 500);
  const moved = await moveMailNotice(trx, workspaceId, id, { from: ['waiting', 'begun'], to, note });
  const handoff = moved && (await handoffById(trx, workspaceId, handoffId));
  if (!handoff) return;
  const text = `The mail to ${recipient} ${to === 'unknown' ? 'may not have arrived' : 'was not sent'} (${why})`;
  await recordEntries(
    trx,
    { workspaceId, handoffId, leadId: handoff.leadId },
    {
      kind: 'card_failed',
      at,
      text: `${text}${kind === 'card' ? '; the card goes to Slack.' : '.'}`,
      detail: { mail: id },
    },
  );
  if (kind === 'card') await enqueue(trx, deliverCard(handoff));
  const key = `mail_refused:${recipient}:${at.toISOString().slice(0, 10)}`;
  const said = `${text}. Their leads go to Slack until that is fixed.`;
  if (await notice(trx, workspaceId, { key, text: said }, at)) await enqueue(trx, notifyAdmins(workspaceId));
}

/** The log-in is not accepted, or Baton stumbled: nobody waits for it. */
export async function mailNoticeParked(
  deps: Deps,
  trx: Db,
  { workspaceId, noticeId }: MailNoticeRef,
  reason: string,
): Promise<void> {
  const told = await lockMailNotice(trx, workspaceId, noticeId);
  if (told) await giveUp(deps, trx, told, { to: told.state === 'begun' ? 'unknown' : 'refused', why: reason });
}

/** The mail server is away: for a while it is waited for. */
export async function mailNoticePostponed(
  deps: Deps,
  trx: Db,
  { workspaceId, noticeId }: MailNoticeRef,
  error: Error,
): Promise<void> {
  const told = await lockMailNotice(trx, workspaceId, noticeId);
  if (told?.state !== 'waiting' || deps.clock.now() < after(told.createdAt, PATIENCE)) return;
  await giveUp(deps, trx, told, { to: 'refused', why: failureReason(error) });
}
