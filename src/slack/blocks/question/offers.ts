/** What can be done with an answer, and what is said where there is none. Pure. */
import type { KnownBlock, StaticSelect } from '@slack/types';
import { ASK_WORDS, REFUSAL_WORDS } from '../../../questions/question-words.ts';
import type { Every, QuestionOutcome } from '../../../reports/questions.ts';
import { mrkdwn } from '../../escape.ts';
import { actions, button, context, label, option } from '../block-parts.ts';
import { moment } from '../block-words.ts';
import { ALSO, type Answer, answer, buttons, command } from '../mql/answer.ts';
import { openPageButton } from '../open-page.ts';

export const QUESTION_LEADS = 'question_leads';
export const QUESTION_FILE = 'question_file';
export const QUESTION_EVERY = 'question_every';
export const QUESTION_WRONG = 'question_wrong';
export const QUESTION_END = 'question_end';

const TYPED = 100;

const EVERY: readonly (readonly [Every, string])[] = [
  ['day', 'Every working day'],
  ['mon', 'Every Monday'],
  ['tue', 'Every Tuesday'],
  ['wed', 'Every Wednesday'],
  ['thu', 'Every Thursday'],
  ['fri', 'Every Friday'],
  ['month', 'Every first of the month'],
];

type Done = Extract<QuestionOutcome, { kind: 'answered' }>;

/** Under an answer: its leads, its file, asking it again by itself, and that it was not what was meant. */
export function offers({ id, question, standing }: Pick<Done, 'id' | 'question' | 'standing'>): KnownBlock[] {
  const every: StaticSelect = {
    type: 'static_select',
    action_id: QUESTION_EVERY,
    placeholder: label('Every…', 30),
    options: EVERY.map(([value, words]) => option(`${value}:${id}`, words)),
  };
  return [
    ...(standing ? standingBlocks(standing, question.every) : []),
    actions([
      ...(question.show === 'list' ? [] : [button(QUESTION_LEADS, 'Open list', id)]),
      button(QUESTION_FILE, 'CSV', id),
      openPageButton({ kind: 'question', id }),
      ...(standing ? [] : [every]),
      button(QUESTION_WRONG, 'Not this', id),
    ]),
  ];
}

/** "Comes by itself every Monday, next …". */
export function standingBlocks({ id, next }: { id: string; next: Date }, every: Every | undefined): KnownBlock[] {
  const when = EVERY.find(([value]) => value === every)?.[1].toLowerCase() ?? '';
  return [
    context(`This comes to your DM ${when}, next ${moment(next.toISOString())}.`),
    actions([button(QUESTION_END, 'Stop sending it', id)]),
  ];
}

/** No answer: why, and up to three questions that are near. */
export function noAnswer(outcome: Exclude<QuestionOutcome, { kind: 'answered' | 'lead' | 'stranger' }>): Answer {
  const { near } = outcome;
  const offered = near.map(question => command(question, `ask ${question}`, { id: ALSO }));
  const help = offered.length > 0 ? ['You can ask:'] : [];
  if (outcome.kind === 'ask') return answer([ASK_WORDS[outcome.ask], ...help], buttons(...offered));
  if (outcome.kind === 'refused') return answer([REFUSAL_WORDS[outcome.refuse], ...help], buttons(...offered));
  const words = outcome.words.map(word => `“${mrkdwn(word, TYPED)}”`).join(', ');
  return answer([`I didn’t understand ${words}, so I didn’t guess.`, ...help], buttons(...offered));
}

export function notThisAnswer(near: readonly string[]): Answer {
  return answer(
    ['Noted, thank you. Say it in other words, or take one of these:'],
    ...(near.length > 0 ? [buttons(...near.map(question => command(question, `ask ${question}`, { id: ALSO })))] : []),
  );
}
