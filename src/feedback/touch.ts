/** A touch goes back to the source: marketing sees what sales did, once, whoever told of it. */

import { nameOf } from '../config/playbook/people.ts';
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Source, SourceTouch } from '../contracts/source.ts';
import { emailById } from '../db/handoffs/emails.ts';
import { beginFeedback, feedbackOf, settleFeedback } from '../db/handoffs/feedback.ts';
import { type Handoff, handoffById } from '../db/handoffs/handoffs.ts';
import { recordEntries } from '../db/handoffs/timeline.ts';
import { type Touch, touchById } from '../db/handoffs/touches.ts';
import { takesFeedback } from '../domain/manual.ts';
import { serviceName } from '../domain/service-name.ts';
import { crmOfRecord } from '../handoff/core/crm-of-record.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { CALL_OUTCOMES } from '../handoff/core/outcomes.ts';
import type { TouchRef } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { queueTouchFeedbackAgain } from '../jobs/requests.ts';
import { MINUTE, SECOND } from '../lib/clock.ts';
import { NOUN } from './feedback-words.ts';

/**
 * Logs the touch on the source's contact, if the playbook wants it and the source can, and is not the CRM. Of whoever came by a
 * form, on the contact of the platform that knows them, as soon as one does. One call; for a form's lead one more a platform.
 */
export async function writeTouchFeedback(
  deps: Deps,
  { workspaceId, touchId, misses = 0 }: TouchRef & { misses?: number },
): Promise<void> {
  const touch = await touchById(deps.db, workspaceId, touchId);
  const handoff = touch && (await handoffById<Facts>(deps.db, workspaceId, touch.handoffId));
  if (!touch || !handoff || !takesFeedback(handoff)) return;
  const found = await placeOf(deps, handoff, touch);
  if (found === 'nowhere') return;
  if (found === 'unknown_yet') {
    const again = queueTouchFeedbackAgain({ workspaceId, touchId }, misses);
    return again && enqueue(deps.db, again);
  }
  const { playbook } = await deps.playbook(workspaceId);
  const { name, logTouch, contactId } = found;
  const what = `touch:${touchId}` as const;
  const before = (await feedbackOf(deps.db, workspaceId, handoff.id)).find(one => one.what === what);
  if (before?.writtenAt) return;
  const by = signatureOf(touch, touch.byEmail ? nameOf(playbook, touch.byEmail) : undefined);
  const words = await wordsOf(deps, touch, by);
  await beginFeedback(deps.db, handoff, { what, value: touch.kind }, deps.clock.now());
  // Somebody began before: the answer may have been lost.
  const { id } = await logTouch({ ...words, contactId, lookFirst: before !== undefined });
  await deps.db.transaction(async trx => {
    const now = deps.clock.now();
    await settleFeedback(trx, handoff, what, now);
    await recordEntries(
      trx,
      { workspaceId, leadId: handoff.leadId, handoffId: handoff.id },
      {
        kind: 'feedback_written',
        at: now,
        actor: name,
        text: `The ${NOUN[touch.kind]} was logged in ${serviceName(name)}.`,
        detail: { touch: touchId, id },
      },
    );
  });
}

interface Place {
  name: string;
  logTouch: NonNullable<Source['logTouch']>;
  contactId: string;
}

/**
 * Where marketing sees it: where they came from, else, for whoever came by a form, the first platform that knows them. Where
 * marketing and sales work in the same place, the CRM's record of it is there for both.
 */
async function placeOf(deps: Deps, handoff: Handoff<Facts>, touch: Touch): Promise<Place | 'nowhere' | 'unknown_yet'> {
  const { workspaceId, source, contactId, facts } = handoff;
  const [{ playbook }, vendors] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const { sources } = vendors;
  const recordedIn = crmOfRecord(vendors, handoff)?.crm.name;
  const writerOf = (name: string) => {
    const { log_calls: isWanted } = rulesOfSource(playbook, name).feedback;
    return isWanted && name !== touch.origin && name !== recordedIn ? sources[name]?.logTouch : undefined;
  };
  const own = writerOf(source);
  if (own) return { name: source, logTouch: own, contactId };
  // A source that platforms are asked beside is a form's; every other is its own platform.
  if (sources[source]?.contactByEmail || sources[source]?.logTouch) return 'nowhere';
  const platforms = Object.keys(sources).filter(name => sources[name]?.contactByEmail && writerOf(name));
  for (const name of platforms) {
    const logTouch = writerOf(name);
    const known = facts.platforms?.find(one => one.source === name)?.contactId;
    const id = known ?? (await sources[name]?.contactByEmail?.(facts.contact.email ?? ''))?.id;
    if (logTouch && id) return { name, logTouch, contactId: id };
  }
  return platforms.length > 0 && facts.contact.email ? 'unknown_yet' : 'nowhere';
}

/** Who wrote down what stands above, and where. */
function signatureOf({ origin }: Touch, name: string | undefined): string {
  if (origin === 'slack') return name ? `Logged by Baton for ${name}.` : 'Logged by Baton.';
  return `Logged in ${serviceName(origin)}${name ? ` by ${name}` : ''}.`;
}

async function wordsOf(deps: Deps, touch: Touch, by: string): Promise<Omit<SourceTouch, 'contactId' | 'lookFirst'>> {
  const { id, kind, at, detail } = touch;
  const direction = detail.direction === 'inbound' || detail.direction === 'outbound' ? detail.direction : undefined;
  const outcome = typeof detail.outcome === 'string' ? detail.outcome : undefined;
  const durationMs = durationOf(detail);
  const mail = kind === 'email' ? await emailById(deps.db, touch.workspaceId, id) : undefined;
  const said = mail?.body ?? (typeof detail.notes === 'string' ? detail.notes : '');
  return {
    touchId: id,
    kind,
    at: at.toISOString(),
    title: titleOf(touch, outcome),
    notes: [said, by].filter(Boolean).join('\n\n'),
    ...(direction && { direction }),
    ...(outcome && { outcome }),
    ...(durationMs !== undefined && { durationMs }),
  };
}

function titleOf({ kind, detail }: Touch, outcome: string | undefined): string {
  const label = Object.entries(CALL_OUTCOMES).find(([key]) => key === outcome)?.[1];
  if (label) return `Call: ${label}`;
  const subject = typeof detail.subject === 'string' ? detail.subject.trim() : '';
  return subject || `A ${NOUN[kind]}`;
}

function durationOf({ seconds, minutes }: Touch['detail']): number | undefined {
  if (typeof seconds === 'number') return seconds * SECOND;
  return typeof minutes === 'number' ? minutes * MINUTE : undefined;
}
