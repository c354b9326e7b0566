/** What is done about a lead that waits: by whoever answers for its rep, and by the rep who cannot do it. */
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import type { LadderRules } from '../../domain/ladder.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyOfWord, redrawCardsNow } from '../../jobs/requests.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { type AuthorisedAction, actAs, quotedNote, trimmedNote } from '../core/act-as.ts';
import { ladderClockPassed } from '../core/current-ladder.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { ladderRulesOf } from '../core/sla-due.ts';
import { undoable } from '../core/undoable.ts';
import { take } from './claim.ts';
import { handOver, repName } from './hand-over.ts';

const MORE_MINUTES = 30;
const NOBODYS = 'Nobody has this lead yet.';

/** A manager takes the lead for themselves, and has claimed it. */
export async function takeOver(deps: Deps, request: HandoffRequest): Promise<Outcome<{ from?: string }>> {
  const rule = { from: OPEN_STATES, into: 'assigned' as const, managersOnly: true };
  return actAs(deps, request, rule, action => undoable(action, 'reassign', takeFrom));
}

async function takeFrom(action: AuthorisedAction): Promise<Outcome<{ from?: string }>> {
  const { trx, workspaceId, actor, handoff, now } = action;
  if (handoff.repEmail === actor.email) return claimOwn(action);
  const from = handoff.repEmail ? repName(action) : undefined;
  const made = await handOver(action, {
    to: { kind: 'person', email: actor.email },
    kind: 'reassigned',
    did: `${actor.name} took this lead over${from ? ` from ${from}` : ''}`,
    detail: { taken: true },
  });
  if ('why' in made) return { kind: 'unfit', field: 'to', why: made.why };
  await updateHandoff(trx, workspaceId, handoff.id, { state: 'claimed', claimedBy: actor.email, claimedAt: now });
  return { kind: 'done', ...(from && { from }) };
}

async function claimOwn(action: AuthorisedAction): Promise<Outcome<{ from?: string }>> {
  if (action.handoff.state !== 'assigned') return { kind: 'unfit', field: 'to', why: 'You have this lead already.' };
  await take(action);
  return { kind: 'done' };
}

/** The ladder stands still for so long; then the last word to the manager comes again, and the steps after it follow. */
export async function moreTime(deps: Deps, request: HandoffRequest): Promise<Outcome<{ rep: string; until: Date }>> {
  return actAs(
    deps,
    request,
    { from: ['assigned', 'claimed'], managersOnly: true },
    async (action): Promise<Outcome<{ rep: string; until: Date }>> => {
      const { trx, workspaceId, actor, handoff, now } = action;
      const until = after(now, MORE_MINUTES * MINUTE);
      if (!handoff.repEmail) return { kind: 'unfit', field: 'to', why: NOBODYS };
      if (handoff.contactedAt) return { kind: 'unfit', field: 'to', why: 'This lead was reached already.' };
      if (handoff.ladderFrom && handoff.ladderFrom > until) {
        return { kind: 'unfit', field: 'to', why: 'They have more time than that already.' };
      }
      const rep = repName(action);
      await updateHandoff(trx, workspaceId, handoff.id, { ladderFrom: until, ...(await againFrom(action)) });
      const [entryId] = await recordForThreads(trx, timelineKeyOf(action), {
        kind: 'more_time',
        at: now,
        actor: actor.email,
        text: `${actor.name} gave ${rep} ${MORE_MINUTES} more minutes`,
        detail: { until: until.toISOString(), rep: handoff.repEmail },
      });
      await queueRepMessage(action, 'more_time', entryId);
      // The alarm about it stands down.
      await enqueue(trx, redrawCardsNow(handoff));
      return { kind: 'done', rep, until };
    },
  );
}

async function againFrom(action: AuthorisedAction): Promise<{ ladderPassed: number; stepsFired?: number }> {
  const { deps, workspaceId, handoff } = action;
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const { steps }: LadderRules = ladderRulesOf(playbook, handoff.priority);
  const last = steps.findLastIndex((step, index) => index < handoff.stepsFired && step.do === 'escalate');
  const step = steps[last];
  return step ? { ladderPassed: step.at, stepsFired: last } : { ladderPassed: await ladderClockPassed(action) };
}

/** A line from the manager, with the lead beside it. */
export async function askRep(
  deps: Deps,
  request: HandoffRequest & { note: string },
): Promise<Outcome<{ rep: string }>> {
  const note = trimmedNote(request.note);
  if (!note) return { kind: 'unfit', field: 'note', why: 'Write a line to them.' };
  return actAs(
    deps,
    request,
    { from: OPEN_STATES, managersOnly: true },
    async (action): Promise<Outcome<{ rep: string }>> => {
      const { trx, actor, handoff, now } = action;
      if (!handoff.repEmail) return { kind: 'unfit', field: 'note', why: NOBODYS };
      const rep = repName(action);
      const [entryId] = await recordForThreads(trx, timelineKeyOf(action), {
        kind: 'asked',
        at: now,
        actor: actor.email,
        text: `${actor.name} asked ${rep}${quotedNote(note)}`,
        detail: { note, rep: handoff.repEmail },
      });
      await queueRepMessage(action, 'asked', entryId);
      return { kind: 'done', rep };
    },
  );
}

/** On by the rules from the top, past everybody who had it, then to the fallback. */
export async function handBack(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  return actAs(deps, request, { from: OPEN_STATES, into: 'assigned' }, action =>
    undoable(action, 'reassign', onByRules),
  );
}

async function onByRules(action: AuthorisedAction): Promise<Outcome<{ to: string }>> {
  const { actor, handoff } = action;
  if (!handoff.repEmail) return { kind: 'unfit', field: 'to', why: NOBODYS };
  const whose = handoff.repEmail === actor.email ? '' : ` for ${repName(action)}`;
  const made = await handOver(action, {
    to: { kind: 'rules' },
    kind: 'reassigned',
    did: `${actor.name} handed this lead back${whose}`,
    detail: { handedBack: true },
    passedBy: [...new Set([...handoff.passedBy, handoff.repEmail])],
  });
  return 'why' in made ? { kind: 'unfit', field: 'to', why: made.why } : { kind: 'done', to: made.name };
}

const timelineKeyOf = ({ workspaceId, handoff }: AuthorisedAction) => ({
  workspaceId,
  handoffId: handoff.id,
  leadId: handoff.leadId,
});

async function queueRepMessage(
  { trx, handoff, now }: AuthorisedAction,
  what: 'more_time' | 'asked',
  entryId: number | undefined,
): Promise<void> {
  if (entryId === undefined) return;
  const of = handoff.assignedAt?.toISOString() ?? '';
  await enqueue(trx, notifyOfWord(handoff, { what, of, at: now.toISOString(), entryId }));
}
