/** The CRM side of a touch: one idempotent write, however often it is tried. */

import { z } from 'zod';
import { nameOf, personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Crm, CrmLogged, CrmTouch } from '../../contracts/crm.ts';
import type { Db } from '../../db/connection.ts';
import { credentialFacts } from '../../db/connections/credentials.ts';
import { emailById } from '../../db/handoffs/emails.ts';
import { type Handoff, handoffById } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { type Touch, touchById, updateTouch } from '../../db/handoffs/touches.ts';
import { dayIn } from '../../domain/days.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { TouchRef } from '../../jobs/catalogue.ts';
import { Unavailable } from '../../lib/errors.ts';
import { type CrmInUse, crmOfRecord } from '../core/crm-of-record.ts';
import type { Deps } from '../core/deps.ts';
import { crmUserOf } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import { CALL_OUTCOMES, type CallOutcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { taskDefaults } from '../record/mapping.ts';
import { staysWords } from '../record/move-crm.ts';
import { moveRecord } from '../record/move-record.ts';
import { offersPersonalLogin, settlePersonalLogin } from './personal-login.ts';

/** Logs the touch on the lead's record, as soon as there is one. One CRM call. */
export async function recordTouch(deps: Deps, { workspaceId, touchId }: TouchRef): Promise<void> {
  const touch = await touchById(deps.db, workspaceId, touchId);
  if (!touch || touch.crmState === 'written' || touch.crmState === 'skipped') return;
  const handoff = await handoffById<Facts>(deps.db, workspaceId, touch.handoffId);
  if (!handoff) return;
  const vendors = await deps.vendors(workspaceId);
  if (!vendors.crm || handoff.recordState === 'skipped') {
    return updateTouch(deps.db, workspaceId, touchId, { crmState: 'skipped' });
  }
  const { recordKind: kind, recordId: id } = handoff;
  if (handoff.recordState !== 'written' || !id || !kind) {
    // A record that was put aside is replayed one day: the touch follows it by itself.
    throw new Unavailable(`the lead is not in ${serviceName(vendors.crm.name)} yet`, {
      service: vendors.crm.name,
      code: 'NO_RECORD_YET',
    });
  }
  const used = crmOfRecord(vendors, handoff);
  if (!used) {
    const now = vendors.crm;
    return deps.db.transaction(async trx => {
      await updateTouch(trx, workspaceId, touchId, { crmState: 'skipped' });
      const text = `The ${NOUN[touch.kind]} was not logged. ${staysWords(handoff, now)}`;
      await recordEntries(trx, timelineKeyOf(handoff), { kind: 'record_warning', at: deps.clock.now(), text });
    });
  }
  const { crm, formerRules } = used;
  const ownerId = touch.byEmail ? await userIn(deps, used, workspaceId, touch.byEmail) : undefined;
  const { words, by } = await wordsOf(deps, crm, touch, handoff, formerRules);
  const login = touch.byEmail === null ? undefined : { workspaceId, vendor: crm.name, holder: touch.byEmail };
  const before = login && offersPersonalLogin(deps, crm.name) ? await credentialFacts(deps.db, login) : undefined;
  const written = await crm.logTouch({
    ...words,
    ...dealOf(handoff),
    record: { kind, id },
    ...(ownerId && { ownerId }),
    ...(login && { writeAs: login.holder }),
  });
  const { record, own } = written;
  const warnings = [...asWhom(own, by), ...written.warnings];
  const as = own?.kind === 'used' ? ` as ${by}` : '';
  await deps.db.transaction(async trx => {
    await updateTouch(trx, workspaceId, touchId, { crmState: 'written', crmId: written.id });
    if (record) await moveRecord(trx, handoff, record);
    await recordEntries(trx, timelineKeyOf(handoff), {
      kind: 'touch_logged',
      at: deps.clock.now(),
      actor: crm.name,
      text: [`The ${NOUN[touch.kind]} was logged in ${serviceName(crm.name)}${as}.`, ...warnings].join(' '),
      detail: { touch: touchId, id: written.id, warnings, ...(own && { own: own.kind }) },
    });
    if (login) await settlePersonalLogin(deps, trx, login, { own, before });
  });
}

/** People are known by their ids in the CRM there is: of one that was left they are asked for. */
async function userIn(
  deps: Deps,
  { crm, formerRules }: CrmInUse,
  workspaceId: string,
  email: string,
): Promise<string | undefined> {
  if (!formerRules) return crmUserOf(deps, crm, workspaceId, email);
  return (await crm.users([email])).find(({ active }) => active)?.id;
}

/** Why it does not stand under the name of whoever did it, though they wanted it to. */
function asWhom(own: CrmLogged['own'], by: string): string[] {
  if (!own || own.kind === 'used') return [];
  return own.kind === 'lapsed'
    ? [`It stands there as made by Baton: the log-in of ${by} is not accepted any more.`]
    : [`It stands there as made by Baton: ${by} may not write it there (${own.why}).`];
}

const NOUN: Record<Touch['kind'], string> = { call: 'call', email: 'mail', meeting: 'meeting', task: 'task' };

const timelineKeyOf = ({ workspaceId, leadId, id: handoffId }: Handoff) => ({ workspaceId, leadId, handoffId });

/** The deal it is about, made for the lead or open already. */
function dealOf({ facts: { accountBased } }: Handoff<Facts>): { dealId?: string } {
  const id = accountBased?.deal?.id ?? accountBased?.openDeal?.id;
  return id ? { dealId: id } : {};
}

async function wordsOf(
  deps: Deps,
  { traits }: Crm,
  touch: Touch,
  handoff: Handoff<Facts>,
  formerRules: Playbook | undefined,
): Promise<{ words: Omit<CrmTouch, 'record' | 'ownerId' | 'writeAs'>; by: string }> {
  const { playbook } = await deps.playbook(touch.workspaceId);
  const rep = personOf(playbook, touch.byEmail);
  const defaults = taskDefaults(handoff, formerRules ?? playbook, deps.publicUrl, traits);
  const base = {
    touchId: touch.id,
    at: touch.at.toISOString(),
    on: dayIn(rep?.time_zone ?? 'UTC', touch.at),
    ...(defaults && { defaults }),
  };
  const by = nameOf(playbook, touch.byEmail ?? 'nobody');
  const signed = `Logged by Baton for ${by}.`;
  const words =
    touch.kind === 'email'
      ? { ...base, kind: 'email' as const, ...(await mailWords(deps, touch, signed)) }
      : { ...base, kind: 'call' as const, ...callWords(touch, signed) };
  return { words, by };
}

/** The mail has the touch's own id. */
async function mailWords(deps: Deps, touch: Touch, by: string): Promise<Pick<CrmTouch, 'subject' | 'description'>> {
  const email = await emailById(deps.db, touch.workspaceId, touch.id);
  if (!email) return { subject: `Email: ${String(touch.detail.subject ?? '')}`, description: by };
  const head = `From: ${email.byEmail}\nTo: ${email.recipient}\nSubject: ${email.subject}`;
  return { subject: `Email: ${email.subject}`, description: `${head}\n\n${email.body}\n\n${by}` };
}

/** What log-call.ts keeps of a call. */
const keptCall = z.object({
  outcome: z.enum(Object.keys(CALL_OUTCOMES) as [CallOutcome, ...CallOutcome[]]),
  direction: z.enum(['outbound', 'inbound']),
  minutes: z.number().optional(),
  notes: z.string().optional(),
  nextStep: z.object({ what: z.string(), on: z.string() }).optional(),
});

function callWords(touch: Touch, by: string): Pick<CrmTouch, 'subject' | 'description' | 'call' | 'nextStep'> {
  const { outcome, direction, minutes, notes, nextStep } = keptCall.parse(touch.detail);
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
  { workspaceId, touchId }: TouchRef,
  reason: string,
  reference: string,
): Promise<void> {
  const touch = await touchById(trx, workspaceId, touchId);
  const handoff = touch && (await handoffById(trx, workspaceId, touch.handoffId));
  if (!touch || !handoff) return;
  await updateTouch(trx, workspaceId, touchId, { crmState: 'parked' });
  await recordForThreads(trx, timelineKeyOf(handoff), {
    kind: 'touch_parked',
    at: deps.clock.now(),
    text: `The ${NOUN[touch.kind]} could not be logged in the CRM: ${reason} (reference ${reference}). It is kept here, and can be replayed once the cause is fixed.`,
    detail: { touch: touchId, reference },
  });
}
