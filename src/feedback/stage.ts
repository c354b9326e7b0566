/**
 * Keeps the source's contact as the playbook wants it: stage, reason, owner, list. Looks at what is true now and mends
 * one difference after the other, so that late, repeated and overtaking jobs all end in the same place.
 */
import { nameOf } from '../config/playbook/people.ts';
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Source } from '../contracts/source.ts';
import { beginFeedback, feedbackOf, settleFeedback } from '../db/handoffs/feedback.ts';
import { type Handoff, handoffById } from '../db/handoffs/handoffs.ts';
import { newestDetail, recordEntries } from '../db/handoffs/timeline.ts';
import { takesFeedback } from '../domain/manual.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import type { HandoffRef } from '../jobs/catalogue.ts';
import { Rejected } from '../lib/errors.ts';
import { type WantedFeedback, wanted } from './wanted.ts';

interface Now {
  handoff: Handoff<Facts>;
  playbook: Playbook;
  source: Source;
  differences: WantedFeedback[];
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
  const differences = wanted({ handoff, feedback, crmStage, before }).filter(
    ({ what, value }) =>
      writerOf(source, what) && !before.some(one => one.what === what && one.value === value && one.writtenAt),
  );
  return { handoff, playbook, source, differences };
}

function writerOf({ setStage, setProperties, setOwner, suppress }: Source, what: WantedFeedback['what']) {
  return { stage: setStage, reason: setProperties, owner: setOwner, list: suppress }[what];
}

async function mend(deps: Deps, now: Now, difference: WantedFeedback): Promise<void> {
  const { handoff } = now;
  const { workspaceId, leadId, id: handoffId, source } = handoff;
  await beginFeedback(deps.db, handoff, difference, deps.clock.now());
  const text = await write(now, difference);
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
async function write({ handoff, playbook, source }: Now, { what, value }: WantedFeedback): Promise<string> {
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
  }
}
