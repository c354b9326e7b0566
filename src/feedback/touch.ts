/** A touch goes back to the source: marketing sees what sales did, once, whoever told of it. */

import { nameOf } from '../config/playbook/people.ts';
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { SourceTouch } from '../contracts/source.ts';
import { emailById } from '../db/handoffs/emails.ts';
import { beginFeedback, feedbackOf, settleFeedback } from '../db/handoffs/feedback.ts';
import { handoffById } from '../db/handoffs/handoffs.ts';
import { recordEntries } from '../db/handoffs/timeline.ts';
import { type Touch, touchById } from '../db/handoffs/touches.ts';
import { takesFeedback } from '../domain/manual.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { CALL_OUTCOMES } from '../handoff/core/outcomes.ts';
import type { TouchRef } from '../jobs/catalogue.ts';
import { MINUTE, SECOND } from '../lib/clock.ts';
import { NOUN } from './feedback-words.ts';

/** Logs the touch on the source's contact, if the playbook wants it and the source can, and is not the CRM. One call. */
export async function writeTouchFeedback(deps: Deps, { workspaceId, touchId }: TouchRef): Promise<void> {
  const touch = await touchById(deps.db, workspaceId, touchId);
  const handoff = touch && (await handoffById(deps.db, workspaceId, touch.handoffId));
  if (!touch || !handoff || !takesFeedback(handoff) || touch.origin === handoff.source) return;
  const [{ playbook }, { sources, crm }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const logTouch = sources[handoff.source]?.logTouch;
  // Where marketing and sales work in the same place, the CRM's record of it is there for both.
  const { log_calls: isWanted } = rulesOfSource(playbook, handoff.source).feedback;
  if (!isWanted || !logTouch || crm?.name === handoff.source) return;
  const what = `touch:${touchId}` as const;
  const before = (await feedbackOf(deps.db, workspaceId, handoff.id)).find(one => one.what === what);
  if (before?.writtenAt) return;
  const by = signatureOf(touch, touch.byEmail ? nameOf(playbook, touch.byEmail) : undefined);
  const words = await wordsOf(deps, touch, by);
  await beginFeedback(deps.db, handoff, { what, value: touch.kind }, deps.clock.now());
  // Somebody began before: the answer may have been lost.
  const { id } = await logTouch({ ...words, contactId: handoff.contactId, lookFirst: before !== undefined });
  await deps.db.transaction(async trx => {
    const now = deps.clock.now();
    await settleFeedback(trx, handoff, what, now);
    await recordEntries(
      trx,
      { workspaceId, leadId: handoff.leadId, handoffId: handoff.id },
      {
        kind: 'feedback_written',
        at: now,
        actor: handoff.source,
        text: `The ${NOUN[touch.kind]} was logged in ${serviceName(handoff.source)}.`,
        detail: { touch: touchId, id },
      },
    );
  });
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
