/** ask: a question about leads in plain words. */
import type { Answer } from '../../blocks/mql/answer.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { shownOutcome } from '../questions/answer-question.ts';
import type { Word } from './asked.ts';
import { show } from './look.ts';

/** Where follow-ups of the command go on from: it has no thread. */
const PLACE = 'mql';

export const ask: Word = {
  word: 'ask',
  group: 'you',
  usage: 'QUESTION',
  does: 'a question about leads in plain words, answered with what it was made of',
  who: 'yours and your team’s totals: you; your teams: managers; everything: viewers and admins',
  examples: [
    'ask which of my leads haven’t I called yet',
    'ask SLA attainment by team last week',
    'ask MQLs by campaign this quarter',
    'ask and last quarter?',
  ],
  aliases: ['question'],
  async run(asked) {
    const { deps, by, text } = asked;
    if (text === '') return answer(['Ask something: `/mql ask who has the most overdue leads`']);
    const outcome = await deps.questions.ask(by, text, PLACE);
    if (outcome.kind === 'lead') return show.run({ ...asked, word: show.word, text: outcome.name });
    const shown = await shownOutcome(deps, by, outcome);
    const [blocks = [], ...others] = shown?.forms ?? [];
    const said: Answer = { text: shown?.text ?? '', blocks, ...(others[0] && { plainer: others[0] }) };
    return said;
  },
};
