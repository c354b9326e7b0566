/** The promise for a priority, and the steps when it is at risk. */

import type { StaticSelect } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import type { WrittenLadder } from '../../../workspaces/playbook-edits.ts';
import { context, option } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choiceField, textField } from './fields.ts';
import { type Form, misread, read, type Subject } from './form.ts';
import { menu, teamChosen, teamsGroup, teamValue } from './menus.ts';

const CLOCKS = { always: 'Runs day and night', working: 'Stops outside the rep’s working hours' };
type Clock = keyof typeof CLOCKS;
type Step = NonNullable<WrittenLadder['steps']>[number];

export const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;
type Priority = (typeof PRIORITIES)[number];

const STEP_ACTIONS: Record<Step['do'], string> = {
  nudge: 'quietly, in the card’s thread',
  remind: 'a DM to the rep',
  escalate: 'a DM to the manager',
  reassign: 'to the next person; the last step',
};

const isStepAction = (word: string): word is Step['do'] => Object.hasOwn(STEP_ACTIONS, word);
const isPriority = (word: string | undefined): word is Priority => PRIORITIES.some(one => one === word);

export const ladderForm: Form = {
  id: 'edit_ladder',
  title: 'Promise',
  draw: ({ text: { written, playbook }, at }, origin) => {
    if (!isPriority(at)) return undefined;
    const ladder = written.sla?.[at];
    const none = option('none', 'No promise for this priority');
    const steps = (ladder?.steps ?? []).map(step => `${step.at} ${step.do}`).join('\n');
    return form(ladderForm.id, `Promise for ${at}`, 'Save', origin, [
      textField('respond_within', 'First contact within', ladder?.respond_within ?? '1h', {
        hint: 'For example 45m, 1h, 24h.',
      }),
      choiceField('clock', 'The clock', CLOCKS, ladder?.clock ?? 'always'),
      input('out_of_hours', 'When nobody of the rule is at work', offShiftMenu(playbook, ladder?.out_of_hours)),
      textField('steps', 'Steps', steps, {
        many: true,
        optional: true,
        placeholder: '45m nudge\n60m remind',
        hint: 'One a line: after how long, and what. Each later than the one before.',
      }),
      context(
        `What can be done: ${Object.entries(STEP_ACTIONS)
          .map(([deed, words]) => `*${deed}* (${words})`)
          .join(', ')}.`,
      ),
      input('none', 'Or', { type: 'checkboxes', action_id: 'none', options: [none] }, { optional: true }),
    ]);
  },
  read: (filled, { at, text }) => {
    if (!isPriority(at)) return misread({ respond_within: 'This priority is not known.' });
    if (filled.choices('none').length > 0) return read({ kind: 'ladder', priority: at });
    const steps = stepsIn(filled.text('steps') ?? '');
    if (typeof steps === 'string') return misread({ steps });
    const ladder = {
      respond_within: filled.text('respond_within') ?? '',
      clock: (filled.choice('clock') ?? 'always') as Clock,
      steps,
      out_of_hours: offShiftChosen(text, at, filled.choice('out_of_hours')),
    };
    return read({ kind: 'ladder', priority: at, ladder });
  },
};

type OffShift = WrittenLadder['out_of_hours'];

const OFF_SHIFT = {
  fallback: 'Somebody at work: the fallback first',
  page: 'Give it to one of them at once',
  wait: 'Give it to one of them, card and reminders in their hours',
};

function offShiftMenu(playbook: Playbook, off: OffShift): StaticSelect {
  const ways = Object.entries(OFF_SHIFT).map(([value, words]) => option(value, words));
  const initial = typeof off === 'object' ? teamValue(off.team) : (off ?? 'fallback');
  const found = menu(
    'out_of_hours',
    [
      ['Then', ways],
      ['To a team', teamsGroup(playbook)[1]],
    ],
    initial,
  );
  if (!found) throw new Error('off shift always has something to choose');
  return found;
}

/** A form that did not ask, drawn by an older version, leaves it as it is. */
function offShiftChosen({ playbook, written }: Subject['text'], at: Priority, value: string | undefined): OffShift {
  if (value === undefined) return written.sla?.[at]?.out_of_hours;
  if (value === 'page' || value === 'wait') return value;
  const team = teamChosen(playbook, value);
  return team === undefined ? undefined : { team };
}

/** The steps, or why a line of them cannot be read. */
function stepsIn(text: string): Step[] | string {
  const steps: Step[] = [];
  for (const line of text.split('\n').filter(one => one.trim())) {
    const [at = '', deed = '', ...more] = line
      .trim()
      .toLowerCase()
      .split(/[\s:,]+/);
    if (!isStepAction(deed) || more.length > 0) {
      return `“${line.trim()}” is no step: write after how long and one of ${Object.keys(STEP_ACTIONS).join(', ')}.`;
    }
    steps.push({ at, do: deed });
  }
  return steps;
}
