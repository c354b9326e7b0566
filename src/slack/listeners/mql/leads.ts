/** Finding the lead that is meant, asking when several people are. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import { chooserAnswer, noLeadAnswer } from '../../blocks/mql/lead.ts';
import { missingAnswer } from '../../blocks/mql/misread.ts';
import type { Asked, OPENED } from './asked.ts';
import { lookedFor, whoIsMeant } from './lead-words.ts';

type Answered = Answer | typeof OPENED;

/** `said` names the lead; `rest` is what else was typed, for the buttons of the chooser. */
export async function withLead(
  asked: Asked,
  said: string,
  then: (lead: HandoffSummary) => Promise<Answered>,
  rest = '',
): Promise<Answered> {
  const text = lookedFor(said);
  if (text === '') return missingAnswer('Whose?', `${asked.word} emma@acmecorp.com${rest && ` ${rest}`}`);
  const found = await asked.deps.queries.find(asked.by.workspaceId, text);
  const meant = whoIsMeant(found, text);
  if (meant.kind === 'none') return noLeadAnswer(said);
  if (meant.kind === 'one') return then(meant.lead);
  return chooserAnswer(meant.leads, lead => [asked.word, lead.id, rest].filter(Boolean).join(' '));
}
