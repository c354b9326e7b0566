/** Which property holds the score, and which stages mean MQL: chosen among the account's own. Pure. */
import type { ModalView, PlainTextOption } from '@slack/types';
import type { SourceFields } from '../../../contracts/source.ts';
import { mrkdwn, plain } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { context, label, option, section } from '../block-parts.ts';
import { vendorName } from '../block-words.ts';
import { form, input } from '../modals/modal-parts.ts';

export const FIELDS_FORM = 'score_and_stages';
export const FIELDS_TITLE = 'Score and stages';

/** Slack takes 100 options, and 75 characters of a value. */
const MOST = 100;
const VALUE = 75;
const NAME = 120;

const shown = ({ name, label: words }: { name: string; label: string }): PlainTextOption =>
  option(name, words === name ? name : `${words} (${name})`);

/** @param now what the playbook says */
export function fieldsForm(
  source: string,
  fields: SourceFields,
  now: { scoreProperty: string; stages: readonly string[] },
  origin: Origin,
): ModalView {
  // What is chosen now comes first, so that it is never cut off.
  const first = (names: readonly string[]) => (one: { name: string }, other: { name: string }) =>
    Number(names.includes(other.name)) - Number(names.includes(one.name));
  const fit = ({ name }: { name: string }) => name.length <= VALUE;
  const scores = fields.scores
    .filter(fit)
    .toSorted(first([now.scoreProperty]))
    .slice(0, MOST)
    .map(shown);
  const stages = fields.stages.filter(fit).toSorted(first(now.stages)).slice(0, MOST).map(shown);
  const chosenScore = scores.find(({ value }) => value === now.scoreProperty);
  const chosenStages = stages.filter(({ value }) => now.stages.includes(value ?? ''));
  const name = mrkdwn(vendorName(source), NAME);
  if (scores.length === 0) {
    return form(FIELDS_FORM, FIELDS_TITLE, 'Done', { ...origin, source, empty: '1' }, [
      section(`${name} has no property that holds a number. Build a score there first, then open this again.`),
    ]);
  }
  const asked = stages.length > 0 ? { asks_stages: '1' } : {};
  return form(FIELDS_FORM, FIELDS_TITLE, 'Continue', { ...origin, ...asked, source }, [
    ...(chosenScore
      ? []
      : [section(`:warning: ${name} has no property \`${mrkdwn(now.scoreProperty, NAME)}\`: choose another.`)]),
    input('score', `Which property of ${plain(vendorName(source), NAME)} holds the score?`, {
      type: 'static_select',
      action_id: 'score',
      placeholder: label('Choose', 150),
      options: scores,
      ...(chosenScore && { initial_option: chosenScore }),
    }),
    ...(stages.length > 0
      ? [
          input(
            'stages',
            'Which stages mean MQL?',
            {
              type: 'multi_static_select',
              action_id: 'stages',
              placeholder: label('Any stage', 150),
              options: stages,
              ...(chosenStages.length > 0 && { initial_options: chosenStages }),
            },
            { optional: true, hint: 'Empty: the score alone decides.' },
          ),
        ]
      : []),
    ...(fields.scores.length > MOST ? [context(`The first ${MOST} of ${fields.scores.length} properties.`)] : []),
  ]);
}
