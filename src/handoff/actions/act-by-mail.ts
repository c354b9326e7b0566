/** What the links of a mail are for: the lead as it stands, a claim, a call. Whoever holds the link is its mail's reader. */
import { personOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Card } from '../../contracts/notifier.ts';
import { type MailLink, mailLink } from '../../db/cards/mail-notices.ts';
import { isOpen } from '../../domain/handoff.ts';
import { drawingOf } from '../cards/drawing.ts';
import type { Deps } from '../core/deps.ts';
import type { CallNotes, ClaimOutcome, HandoffRequest, Outcome } from '../core/outcomes.ts';
import { claim } from './claim.ts';
import { logCall } from './log-call.ts';

export interface OpenedLead {
  link: MailLink;
  /** Since when the lead is whose it is: taken away and given back, it may be claimed once more. */
  since: string;
  card: Card;
  /** The reader, and the zone of their times. */
  reader: { name: string; timeZone: string };
}

/**
 * `foreign`: somebody else has the lead by now, or nobody; `closed`: it is nobody's work any more. Only an `open` one can be
 * acted on.
 */
export type Opened =
  | { kind: 'unknown' }
  | { kind: 'expired'; until: Date; timeZone: string }
  | ({ kind: 'foreign' } & OpenedLead)
  | ({ kind: 'closed' } & OpenedLead)
  | ({ kind: 'open' } & OpenedLead);

/** Where a link leads, changing nothing: scanners follow links. Four or five round trips. */
export async function openMailLink(deps: Deps, token: string): Promise<Opened> {
  const link = await mailLink(deps.db, token);
  const drawing = link && (await drawingOf(deps, link));
  if (!link || !drawing || drawing.handoff.erasedAt) return { kind: 'unknown' };
  const { handoff, card } = drawing;
  const { playbook } = await deps.playbook(link.workspaceId);
  const person = personOf(playbook, link.recipient);
  // Whoever is in the playbook no more has no leads.
  if (!person) return { kind: 'unknown' };
  const reader = { name: person.name, timeZone: person.time_zone };
  if (link.until < deps.clock.now()) return { kind: 'expired', until: link.until, timeZone: reader.timeZone };
  const has = handoff.claimedBy ?? handoff.repEmail;
  // In a pool it is of whoever claims it first, among those who were told.
  const mayBeTheirs = has === link.recipient || (has === null && isMemberOf(playbook, handoff.team, link.recipient));
  const kind = !isOpen(handoff.state) ? 'closed' : mayBeTheirs ? 'open' : 'foreign';
  return { kind, link, since: handoff.assignedAt?.toISOString() ?? '', card, reader } as Opened;
}

function isMemberOf(playbook: Playbook, team: string | null, email: string): boolean {
  return teamOf(playbook, team)?.members.some(({ person }) => person === email) === true;
}

/** Claims it for the reader, once each time it is given to them: pressed again it is answered the same. */
export function claimByMail(deps: Deps, { link, since }: OpenedLead): Promise<ClaimOutcome> {
  return claim(deps, requestOf(link, `claim:${since}`));
}

/** Logs a call of the reader's; the same form sent twice is one call. */
export function logCallByMail(deps: Deps, link: MailLink, form: string, call: CallNotes): Promise<Outcome> {
  return logCall(deps, { ...requestOf(link, `call:${form}`), ...call });
}

function requestOf({ id, workspaceId, handoffId, recipient }: MailLink, what: string): HandoffRequest {
  return { workspaceId, handoffId, slackUserId: '', mailedTo: recipient, idempotency: { key: `act:${id}:${what}` } };
}
