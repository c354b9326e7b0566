/** Edit record: what the CRM says of a lead, to be seen and changed. A refusal stands under its field. Pure. */
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { EditableField } from '../../../contracts/crm-edit.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { context, header, option, section } from '../block-parts.ts';
import { vendorName } from '../block-words.ts';
import { about, form, input, type Named, typed } from './modal-parts.ts';
import { type Choosing, ownerMenu } from './people.ts';

export const EDIT = 'card_edit';
export const OWNER = 'owner';
const SENTENCE = 400;
/** Slack keeps 75 characters of an option's value, and 100 options. */
const [VALUE, OPTIONS] = [75, 100];

export interface EditGiven extends Choosing {
  lead: Named;
  crm: string;
  parts: readonly { record: CrmRecord; fields: readonly EditableField[] }[];
  /** Address of whoever has the lead. */
  owner: string | null;
  /** They connected their own log-in. */
  asSelf: boolean;
  origin: Origin;
  /** What was typed before it was refused: input → value. */
  typedIn?: Readonly<Record<string, string>>;
  /** Input → why; the empty one is about all of it. */
  refused?: Readonly<Record<string, string>>;
}

/** The name of a field's input, by its record and its place there. */
export const editInput = ({ kind }: CrmRecord, { name }: EditableField): string => `${kind} ${name}`.slice(0, 255);

export function editModal(given: EditGiven): ModalView {
  const { lead, crm, parts, refused = {}, origin } = given;
  const name = vendorName(crm);
  const [first, ...rest] = parts;
  return form(EDIT, 'Edit record', 'Save', origin, [
    context(about(lead)),
    ...said(refused['']),
    ...(first ? fieldBlocks(given, first, 0, 1) : []),
    input(OWNER, 'Owner', ownerMenu(OWNER, given, given.owner), {
      optional: true,
      hint: 'The lead goes with its owner: a change reassigns it.',
    }),
    ...said(refused[OWNER]),
    ...(first ? fieldBlocks(given, first, 1) : []),
    ...rest.flatMap(part => [header(part.record.kind === 'deal' ? 'Deal' : 'Record'), ...fieldBlocks(given, part, 0)]),
    context(
      given.asSelf ? `Saved in ${name} as you.` : `Saved in ${name} by Baton, with your name in the lead’s history.`,
    ),
  ]);
}

const said = (why: string | undefined): KnownBlock[] =>
  why === undefined ? [] : [section(`:warning: ${mrkdwn(why, SENTENCE)}`)];

function fieldBlocks(
  { typedIn = {}, refused = {} }: EditGiven,
  { record, fields }: EditGiven['parts'][number],
  from: number,
  before?: number,
): KnownBlock[] {
  return fields.slice(from, before).flatMap(field => {
    const name = editInput(record, field);
    return [
      input(name, field.label, element(field, typedIn[name] ?? field.value), { optional: true }),
      ...said(refused[name]),
    ];
  });
}

function element({ kind, choices = [] }: EditableField, value: string): InputBlock['element'] {
  switch (kind) {
    case 'choice':
    case 'yes_no': {
      const all = kind === 'choice' ? choices : YES_NO;
      const options = withCurrent(all, value).map(one => option(one.value, one.label));
      const initial = options.find(one => one.value === value);
      return {
        ...{ type: 'static_select', action_id: 'choice', options },
        ...(initial && { initial_option: initial }),
      };
    }
    case 'date':
      return {
        type: 'datepicker',
        action_id: 'date',
        ...(/^\d{4}-\d{2}-\d{2}$/.test(value) && { initial_date: value }),
      };
    case 'number': {
      const number = { type: 'number_input' as const, action_id: 'number', is_decimal_allowed: true };
      return { ...number, ...(value !== '' && { initial_value: value }) };
    }
    default:
      return typed('text', { many: kind === 'long_text', ...(value && { initial: value }) });
  }
}

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** What stands there now is among the choices, even where the CRM offers it no more. */
function withCurrent(choices: readonly { value: string; label: string }[], value: string) {
  const fitting = choices.filter(one => one.value.length > 0 && one.value.length <= VALUE);
  const isKnown = value === '' || value.length > VALUE || fitting.some(one => one.value === value);
  const all = isKnown ? fitting : [{ value, label: value }, ...fitting];
  return all.length > 0 ? all.slice(0, OPTIONS) : [{ value: 'none', label: 'Nothing to choose' }];
}
