/** Answers that come by themselves: a standing question, or a viewer's week. Pure. */
import type { KnownBlock } from '@slack/types';
import type { ToldAnswers } from '../../../contracts/notifier.ts';
import { clipLines, plain } from '../../escape.ts';
import { actions, button, header, SECTION } from '../block-parts.ts';
import { openPageButton } from '../open-page.ts';
import { type AnswerMessage, answeredMessage } from './answered.ts';
import { QUESTION_END, QUESTION_FILE, QUESTION_LEADS } from './offers.ts';

export function toldMessage({ title, answers, names, again }: ToldAnswers): AnswerMessage {
  const nameOf = (key: string) => names[key] ?? key;
  const drawn = answers.map(answered => answeredMessage(answered, nameOf));
  const head = title === null ? [] : [header(plain(title, 150))];
  const end = again ? [offersAgain(again)] : [];
  const text = clipLines([...(title === null ? [] : [plain(title, 150)]), ...drawn.map(one => one.text)], SECTION);
  const richest = drawn.flatMap(({ forms }) => forms[0] ?? []);
  const plainest = drawn.flatMap(({ forms }) => forms.at(-1) ?? []);
  const isSame = drawn.every(({ forms }) => forms.length === 1);
  const whole = (blocks: AnswerMessage['forms'][number]) => [...head, ...blocks, ...end];
  return { text, forms: isSame ? [whole(plainest)] : [whole(richest), whole(plainest)] };
}

function offersAgain({ questionId, standingId, isList }: NonNullable<ToldAnswers['again']>): KnownBlock {
  return actions([
    ...(isList ? [] : [button(QUESTION_LEADS, 'Open list', questionId)]),
    button(QUESTION_FILE, 'CSV', questionId),
    openPageButton({ kind: 'question', id: questionId }),
    button(QUESTION_END, 'Stop sending it', standingId),
  ]);
}
