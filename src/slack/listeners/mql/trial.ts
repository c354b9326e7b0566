/** test, simulate: what Baton would do, for real with a marked lead or only in words. */
import { nearest } from '../../../config/playbook/suggest.ts';
import type { Priority } from '../../../domain/decision.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { missingAnswer, strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { simulationAnswer } from '../../blocks/mql/simulate.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { mrkdwn } from '../../escape.ts';
import { namesOf, type Word } from './asked.ts';
import { lookedFor } from './lead-words.ts';

const ADDRESS = 254;
const PRIORITIES: Record<string, Priority> = { high: 'HIGH', medium: 'MEDIUM', med: 'MEDIUM', low: 'LOW' };

export const test: Word = {
  word: 'test',
  group: 'try',
  usage: '[high|medium|low]',
  does: 'send a marked test lead the whole way; it is removed afterwards',
  examples: ['test', 'test medium'],
  aliases: ['try', 'demo'],
  async run({ deps, by, now, text }) {
    const typed = text.trim().toLowerCase() || 'high';
    const priority = Object.hasOwn(PRIORITIES, typed) ? PRIORITIES[typed] : undefined;
    if (!priority)
      return strangeWordAnswer(text, nearest(typed, Object.keys(PRIORITIES)), '/mql test [high|medium|low]');
    const outcome = await deps.actions.testLead({ ...by, priority });
    if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
    return answer([
      `A ${priority} test lead (${mrkdwn(outcome.email, ADDRESS)}) is on its way, like a real one and marked as a test. It is removed afterwards.`,
    ]);
  },
};

export const simulate: Word = {
  word: 'simulate',
  group: 'try',
  usage: 'EMAIL',
  does: 'what would happen to somebody and why, without doing it',
  examples: ['simulate emma@acmecorp.com'],
  aliases: ['sim', 'what-if', 'whatif', 'dry-run', 'preview'],
  async run(asked) {
    const { deps, by, text } = asked;
    const email = lookedFor(text);
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > ADDRESS) {
      return missingAnswer('Whose e-mail address?', 'simulate emma@acmecorp.com');
    }
    const [simulation, crm] = await Promise.all([deps.queries.simulate(by, email), deps.queries.crm(by.workspaceId)]);
    return simulationAnswer(simulation, crm.words, namesOf(asked));
  },
};
