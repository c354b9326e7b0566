/** calls: whom to call next, those with the least time left first, each with the number and what to press. */
import { OPEN_STATES } from '../../../domain/handoff.ts';
import { type Answer, answer } from '../../blocks/mql/answer.ts';
import { callsAnswer } from '../../blocks/mql/calls.ts';
import type { Asked, Word } from './asked.ts';

const PER_PAGE = 8;

export const calls: Word = {
  word: 'calls',
  group: 'leads',
  usage: '',
  does: 'your leads to call, least time left first, with their numbers',
  who: 'yours: you',
  examples: ['calls'],
  aliases: ['call-list', 'calllist', 'dial'],
  run: asked => {
    const [, page = '1'] = /^page (\d{1,4})$/.exec(asked.text.trim()) ?? [];
    return listed(asked, Math.max(0, Number(page) - 1));
  },
};

/** Two statements: the page, and how many more of theirs wait without a number. */
async function listed(asked: Asked, page: number): Promise<Answer> {
  const { deps, by, actor, now } = asked;
  const own = { reps: [actor.email], states: OPEN_STATES };
  const slice = { limit: PER_PAGE, offset: page * PER_PAGE };
  const [{ rows, total }, waiting] = await Promise.all([
    deps.queries.list(by.workspaceId, { ...own, toCallAt: now }, slice, 'time_left'),
    deps.queries.list(by.workspaceId, { ...own, noPhone: true }, { limit: 1 }),
  ]);
  // Leads were dealt with since the page before was drawn.
  if (rows.length === 0 && page > 0) return listed(asked, 0);
  if (total === 0 && waiting.total === 0) {
    return answer(['*Your call list* is empty.', 'A lead you were given and have not reached yet stands here.']);
  }
  return callsAnswer({ rows, total, page, perPage: PER_PAGE, withoutNumber: waiting.total, now });
}
