/** report: the numbers of a period for whoever answers for others, in their direct messages. */

import { wallClock } from '../../blocks/block-words.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { strangeWordAnswer } from '../../blocks/mql/misread.ts';
import type { Word } from './asked.ts';
import { readStats } from './period.ts';

const USAGE = '[today|week|last week|month|quarter|year]';

export const report: Word = {
  word: 'report',
  group: 'you',
  usage: USAGE,
  does: 'everybody’s numbers with charts, and every lead as a CSV file',
  who: 'managers, viewers and admins',
  examples: ['report', 'report last month', 'report quarter'],
  aliases: ['reports', 'digest', 'weekly', 'export', 'csv'],
  async run(asked) {
    const { deps, by, zone, text } = asked;
    const read = readStats(text.trim() === '' ? 'this week' : text, asked);
    if (!read.ok) return strangeWordAnswer(read.typed, read.meant, `/mql report ${USAGE}`);
    const { from, to, words } = read.asked.period;
    const outcome = await deps.reports.ask({ ...by, period: { from, to, zone } });
    if (outcome.kind === 'not_allowed') {
      return answer(['Reports are for managers, viewers and admins. `/mql stats` shows your own numbers.']);
    }
    return answer([
      `I am preparing the report of ${words} (since ${wallClock(from, zone)}). It comes to your direct messages with Baton in a moment, every lead in it as a CSV file.`,
    ]);
  },
};
