/**
 * Keeps the source's contact as the playbook wants it: stage, reason, owner, list. Looks at what is true now and mends
 * one difference after the other, so that late, repeated and overtaking jobs all end in the same place.
 */
import { nameOf } from '../config/playbook/people.ts';
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Source } from '../contracts/source.ts';
import {
  beginFeedback,
  feedbackOf,
  forgetFeedback,
  nurturedOf,
  settleFeedback,
  type WrittenFeedback,
} from '../db/handoffs/feedback.ts';
import { type Handoff, handoffById } from '../db/handoffs/handoffs.ts';
import { wentToSalesSince } from '../db/handoffs/handoffs-of-lead.ts';
import { newestDetail, recordEntries } from '../db/handoffs/timeline.ts';
import { takesFeedback } from '../domain/manual.ts';
import { nurtureKey, nurturePlaceFrom, nurtureWords } from '../domain/nurture.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import type { HandoffRef } from '../jobs/catalogue.ts';
import { CredentialsRejected, RateLimited, Rejected } from '../lib/errors.ts';
import { type NurtureNow, OUT_OF, type WantedFeedback, wanted } from './wanted.ts';

interface Now {
  handoff: Handoff<Facts>;
  playbook: Playbook;
  source: Source;
  differences: WantedFeedback[];
  /** What was begun or written of the nurture before. */
  nurtured: WrittenFeedback | undefined;
}

/** One to three calls for each difference. What is refused does not keep the others from being written. */
export async function writeStageFeedback(deps: Deps, ref: HandoffRef): Promise<void> {
  const refused = new Map<WantedFeedback['what'], Rejected>();
  for (;;) {
    const now = await lookAt(deps, ref);
    const next = now?.differences.find(one => !refused.has(one.what));
    if (!now || !next) break;
    try {
      await mend(deps, now, next);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      refused.set(next.what, error);
    }
  }
  const [first] = refused.values();
  if (first) throw first;
}

async function lookAt(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<Now | undefined> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff || !takesFeedback(handoff)) return undefined;
  const [{ playbook }, { sources }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const source = sources[handoff.source];
  if (!source) return undefined;
  const [crmStage, before] = await Promise.all([
    newestDetail(deps.db, workspaceId, handoffId, 'stage', 'stage'),
    feedbackOf(deps.db, workspaceId, handoffId),
  ]);
  const { feedback } = rulesOfSource(playbook, handoff.source);
  const nurture = source.nurture && (await nurtureNow(deps, handoff, playbook));
  const differences = wanted({ handoff, feedback, crmStage, before, ...(nurture && { nurture }) }).filter(
    ({ what, value }) =>
      writerOf(source, what) && !before.some(one => one.what === what && one.value === value && one.writtenAt),
  );
  const nurtured = before.find(one => one.what === 'nurture');
  return { handoff, playbook, source, differences, nurtured };
}

/** Two round trips, where the playbook nurtures leads of this source or did. */
async function nurtureNow({ db }: Deps, handoff: Handoff<Facts>, playbook: Playbook): Promise<NurtureNow> {
  const { workspaceId, leadId, id, source, contactId } = handoff;
  const { nurture: place } = rulesOfSource(playbook, source);
  const [nurtured, wentToSales] = await Promise.all([
    nurturedOf(db, workspaceId, leadId),
    wentToSalesSince(db, workspaceId, handoff),
  ]);
  const isThere = nurtured.some(one => one.handoffId !== id && one.source === source && one.contactId === contactId);
  return { place: place && nurtureKey(place), isThere, wentToSales };
}

function writerOf({ setStage, setProperties, setOwner, suppress, nurture }: Source, what: WantedFeedback['what']) {
  return { stage: setStage, reason: setProperties, owner: setOwner, list: suppress, nurture: nurture?.enter }[what];
}

async function mend(deps: Deps, now: Now, difference: WantedFeedback): Promise<void> {
  const { handoff } = now;
  const { workspaceId, leadId, id: handoffId, source } = handoff;
  await beginFeedback(deps.db, handoff, difference, deps.clock.now());
  const text = await write(now, difference).catch(async (error: unknown) => {
    // Another try need not be afraid of doubling what was refused.
    if (error instanceof Rejected || error instanceof RateLimited || error instanceof CredentialsRejected) {
      if (isEntering(difference)) await forgetFeedback(deps.db, handoff, 'nurture');
    }
    throw error;
  });
  await deps.db.transaction(async trx => {
    const at = deps.clock.now();
    await settleFeedback(trx, handoff, difference.what, at);
    const entry = {
      kind: 'feedback_written' as const,
      at,
      actor: source,
      text,
      detail: { [difference.what]: difference.value },
    };
    await recordEntries(trx, { workspaceId, leadId, handoffId }, entry);
  });
}

/** Writes it; answers the timeline's sentence. */
async function write(now: Now, { what, value }: WantedFeedback): Promise<string> {
  const { handoff, playbook, source } = now;
  const { contactId } = handoff;
  const { feedback } = rulesOfSource(playbook, handoff.source);
  const label = serviceName(handoff.source);
  switch (what) {
    case 'stage': {
      const after = await source.setStage?.(contactId, value, { clearFirst: feedback.stages_go_back });
      return after?.stage === value
        ? `In ${label} the lead is now at “${value}”.`
        : `${label} keeps the lead at “${after?.stage ?? 'no stage'}” instead of “${value}”: stages only go forward there.`;
    }
    case 'reason':
      await source.setProperties?.(contactId, { [feedback.lost.reason_property ?? '']: value });
      return value ? `${label} was told why: “${value}”.` : `The reason was taken back in ${label}.`;
    case 'owner': {
      const name = nameOf(playbook, value);
      return (await source.setOwner?.(contactId, value))
        ? `In ${label} the lead belongs to ${name}.`
        : `${label} has no user with ${name}’s address, so the owner there stays as it is.`;
    }
    case 'list':
      await source.suppress?.(contactId, value);
      return `In ${label} the lead is on the list that keeps it from marketing’s mails.`;
    case 'nurture':
      return value.startsWith(OUT_OF) ? leaveNurture(now, value, label) : enterNurture(now, value, label);
  }
}

const isEntering = ({ what, value }: WantedFeedback): boolean => what === 'nurture' && !value.startsWith(OUT_OF);

function placeOf(key: string) {
  const place = nurturePlaceFrom(key);
  if (place) return place;
  throw new Error(`no place is remembered as ${key}`);
}

async function enterNurture({ handoff, source, nurtured }: Now, key: string, label: string): Promise<string> {
  const place = placeOf(key);
  await source.nurture?.enter(handoff.contactId, place, { lookFirst: nurtured?.value === key });
  return `In ${label} the lead is nurtured now, by ${nurtureWords(place)}.`;
}

async function leaveNurture({ handoff, source }: Now, key: string, label: string): Promise<string> {
  const place = placeOf(key.slice(OUT_OF.length));
  const isOut = await source.nurture?.leave(handoff.contactId, place);
  return isOut
    ? `In ${label} the lead is nurtured no more: it was taken out of ${nurtureWords(place)}, as sales has it.`
    : `${label} takes nobody out of ${nurtureWords(place)}: its own rules have to end it, as sales has the lead.`;
}
