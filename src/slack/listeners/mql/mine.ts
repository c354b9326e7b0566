/** `/mql` alone: the asker's own work, or what those who have none look after. */
import { OPEN_STATES } from '../../../domain/handoff.ts';
import { isManager, onlyLooks } from '../../../handoff/core/rights.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import { helpAnswer } from '../../blocks/mql/help.ts';
import { mineAnswer } from '../../blocks/mql/mine.ts';
import type { Asked, OPENED } from './asked.ts';
import { list } from './list.ts';

const MOST = 6;

/** Two or three database round trips. */
export async function mine(asked: Asked): Promise<Answer | typeof OPENED> {
  const { actor, deps, by, now, zone } = asked;
  if (onlyLooks(actor)) return helpAnswer(actor);
  const reps = [actor.email];
  const { workspaceId } = by;
  const [open, late] = await Promise.all([
    deps.queries.list(workspaceId, { reps, states: OPEN_STATES }, { limit: MOST }, 'time_left'),
    deps.queries.list(
      workspaceId,
      { reps, states: OPEN_STATES, dueBefore: { HIGH: now, MEDIUM: now, LOW: now } },
      { limit: 1 },
    ),
  ]);
  // Who sells nothing and answers for those who do: what is late is their work.
  if (open.total === 0 && isManager(actor) && actor.teams.length === 0) {
    return list.run({ ...asked, word: list.word, text: 'at-risk' });
  }
  const empty = 'The next one comes here and as a message. `/mql list team` shows what others have.';
  return mineAnswer({ ...open, overdue: late.total, empty, zone, now });
}
