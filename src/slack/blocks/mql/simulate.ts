/** `/mql simulate`: what would happen to somebody, and why; nothing was done. */
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import type { FitPart } from '../../../domain/decision.ts';
import type { Simulation } from '../../../handoff/queries/queries.ts';
import { mrkdwn } from '../../escape.ts';
import { flagWords, PRIORITY } from '../block-words.ts';
import { whyLines } from '../lead.ts';
import { type Answer, answer } from './answer.ts';
import type { NameOf } from './lead.ts';

const SHORT = 120;
const SENTENCE = 400;
const MOST_PEOPLE = 8;
const MOST_NOTES = 10;

export function simulationAnswer(simulation: Simulation, crmWords: CrmWords, nameOf: NameOf): Answer {
  const { email, found, score, crossing, record, notes } = simulation;
  const known = found ? (score === null ? 'known, without a score' : `known, with a score of ${score}`) : 'not known';
  return answer([
    `*If ${mrkdwn(email, SHORT)} became an MQL now* (nothing was sent)`,
    `*Source:* ${known} there`,
    `*Now:* ${mrkdwn(crossing, SENTENCE)}`,
    ...judged(simulation),
    ...(simulation.decision ? whyLines({ repEmail: null }, simulation.decision, MOST_PEOPLE, crmWords, nameOf) : []),
    `*CRM:* ${mrkdwn(record, SENTENCE)}`,
    ...notes.slice(0, MOST_NOTES).map(note => `• ${mrkdwn(note, SENTENCE)}`),
  ]);
}

function judged({ judgement }: Simulation): string[] {
  if (!judgement) return [];
  const { fit, flags, reason } = judgement;
  const parts = fit.parts.filter(({ possible }) => possible > 0).map(partWords);
  return [
    `*Judged:* ${PRIORITY[fit.priority]}, fit ${fit.score} of 100${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`,
    `• ${mrkdwn(reason, SENTENCE)}`,
    ...(flags.length > 0 ? [`• Worth knowing: ${mrkdwn(flags.map(flagWords).join(', '), SENTENCE)}`] : []),
  ];
}

function partWords({ part, match, points, possible }: FitPart): string {
  return match === 'unknown' ? `${part} unknown` : `${part} ${points} of ${possible}`;
}
