/** What is done about a lead that waits: by whoever answers for its rep, and by the rep who cannot do it. */
import { updateHandoff } from '../../db/handoffs.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import type { LadderRules } from '../../domain/ladder.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyOfWord } from '../../jobs/requests.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { type Deciding, decideAs, noteOf, quoted } from '../core/act-as.ts';
import { ladderPassed } from '../core/current-ladder.ts';
import type { Deps } from '../core/deps.ts';
import type { On, Outcome } from '../core/outcomes.ts';
import { tellThread } from '../core/post-to-threads.ts';
import { ladderOf } from '../core/sla-due.ts';
import { take } from './claim.ts';
import { handOver, repName } from './hand-over.ts';

const MORE_MINUTES = 30;
const NOBODYS = 'Nobody has this lead yet.';

/** A manager takes the lead for themselves, and has claimed it. */
export async function takeOver(deps: Deps, on: On): Promise<Outcome<{ from?: string }>> {
  return decideAs(deps, on, { from: OPEN_STATES, into: 'assigned', managersOnly: true }, async deciding => {
    const { trx, workspaceId, actor, handoff, now } = deciding;
    if (handoff.repEmail === actor.email) return keep(deciding);
    const from = handoff.repEmail ? repName(deciding) : undefined;
    const made = await handOver(deciding, {
      to: { kind: 'person', email: actor.email },
      kind: 'reassigned',
      did: `${actor.name} took it over${from ? ` from ${from}` : ''}`,
      detail: { taken: true },
    });
    if ('why' in made) return { kind: 'unfit', field: 'to', why: made.why };
    await updateHandoff(trx, workspaceId, handoff.id, { state: 'claimed', claimedBy: actor.email, claimedAt: now });
    return { kind: 'done', ...(from && { from }) };
  });
}

async function keep(deciding: Deciding): Promise<Outcome<{ from?: string }>> {
  if (deciding.handoff.state !== 'assigned') return { kind: 'unfit', field: 'to', why: 'You have this lead already.' };
  await take(deciding);
  return { kind: 'done' };
}

/** The ladder stands still for so long; then the last word to the manager comes again, and the steps after it follow. */
export async function moreTime(deps: Deps, on: On): Promise<Outcome<{ rep: string; until: Date }>> {
  return decideAs(
    deps,
    on,
    { from: ['assigned', 'claimed'], managersOnly: true },
    async (deciding): Promise<Outcome<{ rep: string; until: Date }>> => {
      const { trx, workspaceId, actor, handoff, now } = deciding;
      const until = after(now, MORE_MINUTES * MINUTE);
      if (!handoff.repEmail) return { kind: 'unfit', field: 'to', why: NOBODYS };
      if (handoff.contactedAt) return { kind: 'unfit', field: 'to', why: 'This lead was reached already.' };
      if (handoff.ladderFrom && handoff.ladderFrom > until) {
        return { kind: 'unfit', field: 'to', why: 'They have more time than that already.' };
      }
      const rep = repName(deciding);
      await updateHandoff(trx, workspaceId, handoff.id, { ladderFrom: until, ...(await againFrom(deciding)) });
      const [entryId] = await tellThread(trx, storyOf(deciding), {
        kind: 'more_time',
        at: now,
        actor: actor.email,
        text: `${actor.name} gave ${rep} ${MORE_MINUTES} more minutes`,
        detail: { until: until.toISOString(), rep: handoff.repEmail },
      });
      await tellRep(deciding, 'more_time', entryId);
      return { kind: 'done', rep, until };
    },
  );
}

async function againFrom(deciding: Deciding): Promise<{ ladderPassed: number; stepsFired?: number }> {
  const { deps, workspaceId, handoff } = deciding;
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const { steps }: LadderRules = ladderOf(playbook, handoff.priority);
  const last = steps.findLastIndex((step, index) => index < handoff.stepsFired && step.do === 'escalate');
  const step = steps[last];
  return step ? { ladderPassed: step.at, stepsFired: last } : { ladderPassed: await ladderPassed(deciding) };
}

/** A line from the manager, with the lead beside it. */
export async function askRep(deps: Deps, on: On & { note: string }): Promise<Outcome<{ rep: string }>> {
  const note = noteOf(on.note);
  if (!note) return { kind: 'unfit', field: 'note', why: 'Write a line to them.' };
  return decideAs(
    deps,
    on,
    { from: OPEN_STATES, managersOnly: true },
    async (deciding): Promise<Outcome<{ rep: string }>> => {
      const { trx, actor, handoff, now } = deciding;
      if (!handoff.repEmail) return { kind: 'unfit', field: 'note', why: NOBODYS };
      const rep = repName(deciding);
      const [entryId] = await tellThread(trx, storyOf(deciding), {
        kind: 'asked',
        at: now,
        actor: actor.email,
        text: `${actor.name} asked ${rep}${quoted(note)}`,
        detail: { note, rep: handoff.repEmail },
      });
      await tellRep(deciding, 'asked', entryId);
      return { kind: 'done', rep };
    },
  );
}

/** On to the next in line. */
export async function handBack(deps: Deps, on: On): Promise<Outcome<{ to: string }>> {
  return decideAs(
    deps,
    on,
    { from: OPEN_STATES, into: 'assigned' },
    async (deciding): Promise<Outcome<{ to: string }>> => {
      const { actor, handoff } = deciding;
      if (!handoff.repEmail) return { kind: 'unfit', field: 'to', why: NOBODYS };
      const whose = handoff.repEmail === actor.email ? '' : ` for ${repName(deciding)}`;
      const made = await handOver(deciding, {
        to: { kind: 'next' },
        kind: 'reassigned',
        did: `${actor.name} handed it back${whose}`,
        detail: { handedBack: true },
        passedBy: [...new Set([...handoff.passedBy, handoff.repEmail])],
      });
      return 'why' in made ? { kind: 'unfit', field: 'to', why: made.why } : { kind: 'done', to: made.name };
    },
  );
}

const storyOf = ({ workspaceId, handoff }: Deciding) => ({
  workspaceId,
  handoffId: handoff.id,
  leadId: handoff.leadId,
});

async function tellRep(
  { trx, handoff, now }: Deciding,
  what: 'more_time' | 'asked',
  entryId: number | undefined,
): Promise<void> {
  if (entryId === undefined) return;
  const of = handoff.assignedAt?.toISOString() ?? '';
  await enqueue(trx, notifyOfWord(handoff, { what, of, at: now.toISOString(), entryId }));
}
