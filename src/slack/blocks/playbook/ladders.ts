/** The promise for a priority, and the steps when it is at risk. */

import type { WrittenLadder } from '../../../workspaces/playbook-edits.ts';
import { context, option } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choiceField, textField } from './fields.ts';
import { type Form, misread, read } from './form.ts';

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
  draw: ({ text: { written }, at }, origin) => {
    if (!isPriority(at)) return undefined;
    const ladder = written.sla?.[at];
    const none = option('none', 'No promise for this priority');
    const steps = (ladder?.steps ?? []).map(step => `${step.at} ${step.do}`).join('\n');
    return form(ladderForm.id, `Promise for ${at}`, 'Save', origin, [
      textField('respond_within', 'First contact within', ladder?.respond_within ?? '1h', {
        hint: 'For example 45m, 1h, 24h.',
      }),
      choiceField('clock', 'The clock', CLOCKS, ladder?.clock ?? 'always'),
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
  read: (filled, { at }) => {
    if (!isPriority(at)) return misread({ respond_within: 'This priority is not known.' });
    if (filled.choices('none').length > 0) return read({ kind: 'ladder', priority: at });
    const steps = stepsIn(filled.text('steps') ?? '');
    if (typeof steps === 'string') return misread({ steps });
    const ladder = {
      respond_within: filled.text('respond_within') ?? '',
      clock: (filled.choice('clock') ?? 'always') as Clock,
      steps,
    };
    return read({ kind: 'ladder', priority: at, ladder });
  },
};

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
