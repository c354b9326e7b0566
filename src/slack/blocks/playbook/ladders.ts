/** The SLA of a priority: how soon, by which clock, and a row for each step while nobody has made contact. */

import type { KnownBlock, StaticSelect } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import type { WrittenLadder } from '../../../workspaces/playbook-edits.ts';
import type { Filled } from '../../forms.ts';
import { actions, button, context, header, option } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { choiceField, numberField } from './fields.ts';
import { type Form, misread, read, type Subject, tooLong } from './form.ts';
import { menu, teamChosen, teamsGroup, teamValue } from './menus.ts';

const CLOCKS = { always: 'Runs day and night', working: 'Stops outside the rep’s working hours' };
type Clock = keyof typeof CLOCKS;
type Step = NonNullable<WrittenLadder['steps']>[number];

export const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;
type Priority = (typeof PRIORITIES)[number];

const STEP_ACTIONS: Record<Step['do'], string> = {
  nudge: 'Nudge in the card’s thread',
  remind: 'Remind the rep in a DM',
  escalate: 'Alert the manager',
  reassign: 'Reassign to the next person',
};

const UNITS = { m: 'minutes', h: 'hours', d: 'days', s: 'seconds' };

const isStepAction = (word: string | undefined): word is Step['do'] =>
  word !== undefined && Object.hasOwn(STEP_ACTIONS, word);
const isPriority = (word: string | undefined): word is Priority => PRIORITIES.some(one => one === word);

/** Shows one step more; what was filled in stays. */
export const ADD_STEP = 'ladder_add_step';
/** Three blocks each. A ladder that has more is edited in the file. */
const MOST_STEPS = 8;

export const ladderForm: Form = {
  id: 'edit_ladder',
  title: 'SLA',
  draw: ({ text: { written, playbook }, at }, origin) => {
    if (!isPriority(at)) return undefined;
    const ladder = written.sla?.[at];
    const steps = ladder?.steps ?? [];
    if (steps.length > MOST_STEPS) return tooLong(ladderForm.title, origin);
    const none = option('none', 'No SLA for this priority');
    const rows = Math.min(MOST_STEPS, Math.max(steps.length, Number(origin.rows ?? 0) || 0));
    return form(ladderForm.id, `SLA for ${at}`, 'Next', { ...origin, rows: String(rows) }, [
      ...durationFields('respond_within', 'First contact within', ladder?.respond_within ?? '1h'),
      choiceField('clock', 'The clock', CLOCKS, ladder?.clock ?? 'always'),
      input('out_of_hours', 'When nobody of the rule is at work', offShiftMenu(playbook, ladder?.out_of_hours)),
      header('While nobody has made contact'),
      ...Array.from({ length: rows }, (_, row) => stepFields(row, steps[row])).flat(),
      ...(rows < MOST_STEPS ? [actions([button(ADD_STEP, 'Add step', at)])] : []),
      context('Each step later than the one before. A step left empty goes away; reassigning is the last.'),
      input('none', 'Or', { type: 'checkboxes', action_id: 'none', options: [none] }, { optional: true }),
    ]);
  },
  read: (filled, { at, text }) => {
    if (!isPriority(at)) return misread({ respond_within: 'This priority is not known.' });
    if (filled.choices('none').length > 0) return read({ kind: 'ladder', priority: at });
    const found = Array.from({ length: MOST_STEPS }, (_, row) => stepIn(filled, row));
    const errors = found.flatMap(one => (one && 'errors' in one ? Object.entries(one.errors) : []));
    if (errors.length > 0) return misread(Object.fromEntries(errors));
    const steps = found.flatMap(one => (one && 'step' in one ? [one] : []));
    const ladder = {
      respond_within: durationIn(filled, 'respond_within') ?? '',
      clock: (filled.choice('clock') ?? 'always') as Clock,
      steps: steps.map(({ step }) => step),
      out_of_hours: offShiftChosen(text, at, filled.choice('out_of_hours')),
    };
    return read({ kind: 'ladder', priority: at, ladder, fields: steps.map(({ field }) => field) });
  },
};

const AFTER = (row: number) => `step_${row + 1}`;

function stepFields(row: number, step: Step | undefined): KnownBlock[] {
  return [
    ...durationFields(AFTER(row), `Step ${row + 1}: after`, step?.at, true),
    choiceField(`${AFTER(row)}_do`, 'Then', STEP_ACTIONS, step?.do, { optional: true }),
  ];
}

/** Undefined for a row that was left empty. */
function stepIn(
  filled: Filled,
  row: number,
): { step: Step; field: string } | { errors: Record<string, string> } | undefined {
  const [field, deed] = [AFTER(row), filled.choice(`${AFTER(row)}_do`)];
  const at = durationIn(filled, field);
  if (at === undefined && deed === undefined) return undefined;
  if (at === undefined) return { errors: { [field]: 'Say after how long, or choose nothing below.' } };
  if (!isStepAction(deed)) return { errors: { [`${field}_do`]: 'Say what happens then, or leave the time empty.' } };
  return { step: { at, do: deed }, field };
}

/** A number, and its unit. */
function durationFields(name: string, text: string, initial: string | undefined, optional = false): KnownBlock[] {
  const [, amount, unit = 'm'] = /^(\d+)([smhd])$/.exec(initial ?? '') ?? [];
  const ways = { min: 1, max: 99_999, optional, ...(amount !== undefined && { initial: Number(amount) }) };
  // Nobody means seconds: offered only where the file says so.
  const { s: seconds, ...usual } = UNITS;
  const units = unit === 's' ? { ...usual, s: seconds } : usual;
  return [numberField(name, text, ways), choiceField(`${name}_unit`, 'Unit', units, unit, { optional })];
}

/** As the playbook writes it: `45m`. */
function durationIn(filled: Filled, name: string): string | undefined {
  const amount = filled.text(name);
  return amount === undefined ? undefined : `${amount}${filled.choice(`${name}_unit`) ?? 'm'}`;
}

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
