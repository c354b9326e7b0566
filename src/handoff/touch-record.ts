/** The CRM side of a touch: one idempotent write, however often it is tried. */
import type { CrmTouch } from '../crm/crm.ts';
import type { Db } from '../db/connection.ts';
import { emailById } from '../db/emails.ts';
import { type Handoff, handoffById } from '../db/handoffs.ts';
import { tell } from '../db/timeline.ts';
import { type Touch, touchById, updateTouch } from '../db/touches.ts';
import { dayIn } from '../domain/days.ts';
import { Unavailable } from '../lib/errors.ts';
import { taskDefaults } from './crm-fields.ts';
import type { Deps } from './deps.ts';
import { crmUserOf } from './directory.ts';
import type { Facts } from './facts.ts';
import { moveRecord } from './moved.ts';
import { CALL_OUTCOMES, type CallNotes } from './outcomes.ts';
import { nameOf } from './route/words.ts';
import { tellThread } from './tell-thread.ts';

type Of = { workspaceId: string; touchId: string };

/** Logs the touch on the lead's record, as soon as there is one. One CRM call. */
export async function recordTouch(deps: Deps, { workspaceId, touchId }: Of): Promise<void> {
  const touch = await touchById(deps.db, workspaceId, touchId);
  if (!touch || touch.crmState === 'written' || touch.crmState === 'skipped') return;
  const handoff = await handoffById<Facts>(deps.db, workspaceId, touch.handoffId);
  if (!handoff) return;
  const { crm } = await deps.vendors(workspaceId);
  if (!crm || handoff.recordState === 'skipped') {
    return updateTouch(deps.db, workspaceId, touchId, { crmState: 'skipped' });
  }
  const { recordObject: object, recordId: id } = handoff;
  if (handoff.recordState !== 'written' || !id || (object !== 'Lead' && object !== 'Contact')) {
    // A record that was put aside is replayed one day: the touch follows it by itself.
    throw new Unavailable(`the lead is not in ${crm.name} yet`, { service: crm.name, code: 'NO_RECORD_YET' });
  }
  const ownerId = touch.byEmail ? await crmUserOf(deps, crm, workspaceId, touch.byEmail) : undefined;
  const words = await wordsOf(deps, touch, handoff);
  const written = await crm.logTouch({ ...words, record: { object, id }, ...(ownerId && { ownerId }) });
  const { record } = written;
  const warnings = written.warnings.length > 0 ? ` ${written.warnings.join(' ')}` : '';
  await deps.db.transaction(async trx => {
    await updateTouch(trx, workspaceId, touchId, { crmState: 'written', crmId: written.id });
    if (record) await moveRecord(trx, handoff, record);
    await tell(trx, storyOf(handoff), {
      kind: 'touch_logged',
      at: deps.clock.now(),
      actor: crm.name,
      text: `The ${NOUN[touch.kind]} was logged in ${crm.name}.${warnings}`,
      detail: { touch: touchId, id: written.id, warnings: written.warnings },
    });
  });
}

const NOUN: Record<Touch['kind'], string> = { call: 'call', email: 'mail', meeting: 'meeting', task: 'task' };

const storyOf = ({ workspaceId, leadId, id: handoffId }: Handoff) => ({ workspaceId, leadId, handoffId });

async function wordsOf(
  deps: Deps,
  touch: Touch,
  handoff: Handoff<Facts>,
): Promise<Omit<CrmTouch, 'record' | 'ownerId'>> {
  const { playbook } = await deps.playbook(touch.workspaceId);
  const rep = playbook.people.find(person => person.email === touch.byEmail);
  const defaults = taskDefaults(handoff, playbook, deps.publicUrl);
  const base = {
    touchId: touch.id,
    at: touch.at.toISOString(),
    on: dayIn(rep?.time_zone ?? 'UTC', touch.at),
    ...(defaults && { defaults }),
  };
  const by = `Logged by Baton for ${nameOf(playbook, touch.byEmail ?? 'nobody')}.`;
  return touch.kind === 'email'
    ? { ...base, kind: 'email', ...(await mailWords(deps, touch, by)) }
    : { ...base, kind: 'call', ...callWords(touch, by) };
}

/** The mail has the touch's own id. */
async function mailWords(deps: Deps, touch: Touch, by: string): Promise<Pick<CrmTouch, 'subject' | 'description'>> {
  const email = await emailById(deps.db, touch.workspaceId, touch.id);
  if (!email) return { subject: `Email: ${String(touch.detail.subject ?? '')}`, description: by };
  const head = `From: ${email.byEmail}\nTo: ${email.recipient}\nSubject: ${email.subject}`;
  return { subject: `Email: ${email.subject}`, description: `${head}\n\n${email.body}\n\n${by}` };
}

function callWords(touch: Touch, by: string): Pick<CrmTouch, 'subject' | 'description' | 'call' | 'nextStep'> {
  // Written by log-call.ts, which checked it.
  const { outcome, direction, minutes, notes, nextStep } = touch.detail as unknown as CallNotes;
  return {
    subject: `Call: ${CALL_OUTCOMES[outcome]}`,
    description: [notes, by].filter(Boolean).join('\n\n'),
    call: { outcome: CALL_OUTCOMES[outcome], direction, ...(minutes !== undefined && { seconds: minutes * 60 }) },
    ...(nextStep && { nextStep: { subject: nextStep.what, dueOn: nextStep.on } }),
  };
}

/** The CRM refused the touch, or its connection must be renewed: those who work on the lead hear it. */
export async function touchParked(
  deps: Deps,
  trx: Db,
  { workspaceId, touchId }: Of,
  reason: string,
  reference: string,
): Promise<void> {
  const touch = await touchById(trx, workspaceId, touchId);
  const handoff = touch && (await handoffById(trx, workspaceId, touch.handoffId));
  if (!touch || !handoff) return;
  await updateTouch(trx, workspaceId, touchId, { crmState: 'parked' });
  await tellThread(trx, storyOf(handoff), {
    kind: 'touch_parked',
    at: deps.clock.now(),
    text: `The ${NOUN[touch.kind]} could not be logged in the CRM: ${reason} (reference ${reference}). It is kept here, and can be replayed once the cause is mended.`,
    detail: { touch: touchId, reference },
  });
}
