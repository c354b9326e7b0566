/** A rule's conditions, one a row as a sentence; and the form of one: its fact, then its value by the kind of fact. Pure. */
import type { KnownBlock, ModalView, Overflow } from '@slack/types';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import { REGIONS } from '../../../domain/regions.ts';
import { capital } from '../../../lib/english.ts';
import {
  type ConditionName,
  conditionWords,
  FACTS,
  type WrittenConditions,
} from '../../../workspaces/playbook-edits.ts';
import { mrkdwn } from '../../escape.ts';
import type { Filled, Origin } from '../../forms.ts';
import { actions, button, label, option, overflow, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import {
  choiceField,
  choicesField,
  fitsField,
  listField,
  listIn,
  oneOrMany,
  RANGE_HINT,
  rangeIn,
  rangeText,
  textField,
  valuesOf,
} from './fields.ts';

export const ADD_CONDITION = 'add_condition';
/** Change… and Remove of a row: `verb:name`. */
export const CONDITION_MENU = 'condition_menu';
/** Another fact: the form asks for its value. */
export const CONDITION_FACT = 'condition_fact';
export const CONDITION_FORM = 'condition_form';
/** The field a value stands in, whatever its kind. */
export const VALUE = 'value';

const FACT = 'fact';
const WORDS = 600;
/** Slack keeps 3,000 characters with a view. */
const MOST_KEPT = 2_900;

const NAMES = Object.keys(FACTS) as ConditionName[];

const PRIORITIES = { HIGH: 'HIGH', MEDIUM: 'MEDIUM', LOW: 'LOW' };
const TITLES = {
  executive: 'Executive (VP, C-level)',
  manager: 'Manager or director',
  student_or_intern: 'Student or intern',
  other: 'Other',
  unknown: 'Unknown',
};
const EMAILS = { business: 'Business', free: 'Free (Gmail …)', disposable: 'Throw-away', malformed: 'Malformed' };
const SUBSCRIBED = { yes: 'Unsubscribed', no: 'Not unsubscribed' };
const ownersOf = ({ company: { one } }: CrmWords) => ({
  exists: `The ${one} has an owner`,
  none: `There is no ${one}, or nobody owns it`,
});

/** The name of a condition, as a button or a menu carries it. */
export const conditionIn = (value: string | undefined): ConditionName | undefined => NAMES.find(name => name === value);

/** What the form of a rule remembers of its conditions; undefined where Slack would not keep it. */
export function keepConditions(origin: Origin, when: WrittenConditions): Origin | undefined {
  const kept = { ...origin, when: JSON.stringify(when) };
  return JSON.stringify(kept).length <= MOST_KEPT ? kept : undefined;
}

/** What `keepConditions` kept; undefined: nothing was changed yet. */
export function keptConditions({ when }: Origin): WrittenConditions | undefined {
  return when === undefined ? undefined : (JSON.parse(when) as WrittenConditions);
}

/** A row a condition, in the order they are offered. */
export function conditionRows(when: WrittenConditions): KnownBlock[] {
  const set = NAMES.filter(name => when[name] !== undefined);
  const rows = set.map((name, index): KnownBlock => {
    const words = conditionWords(name, when[name]).map(
      ({ fact, is }) => `*${mrkdwn(fact, WORDS)}* ${mrkdwn(is, WORDS)}`,
    );
    const menu: Overflow = overflow(CONDITION_MENU, [
      [`change:${name}`, 'Change…'],
      [`remove:${name}`, 'Remove'],
    ]);
    return {
      ...section(`${index > 0 ? 'and ' : ''}${words.join(' and ')}`),
      block_id: `when:${name}`,
      accessory: menu,
    };
  });
  const more = set.length < NAMES.length ? [actions([button(ADD_CONDITION, 'Add condition')])] : [];
  return [
    section('*A lead takes this rule when*'),
    ...(rows.length > 0 ? rows : [section('it is any lead.')]),
    ...more,
  ];
}

interface Drawing {
  when: WrittenConditions;
  /** The condition it is about; undefined: none was chosen yet. */
  name: ConditionName | undefined;
  sources: Readonly<Record<string, string>>;
  crmWords: CrmWords;
}

/** `origin` is the rule's, whose view is below. Undefined where what is there does not fit into Slack's fields. */
export function conditionForm({ when, name, sources, crmWords }: Drawing, origin: Origin): ModalView | undefined {
  const free = NAMES.filter(one => one === name || when[one] === undefined);
  const options = free.map(one => option(one, capital(FACTS[one])));
  const chosen = options.find(({ value }) => value === name);
  const fact = input(
    FACT,
    'Fact',
    {
      type: 'static_select',
      action_id: CONDITION_FACT,
      placeholder: label('Choose', 150),
      options,
      ...(chosen && { initial_option: chosen }),
    },
    { dispatch: true },
  );
  const value = name === undefined ? [] : valueField(name, when, { sources, crmWords });
  if (value === undefined) return undefined;
  return form(CONDITION_FORM, 'Condition', 'Set', { ...origin, fact: name }, [fact, ...value]);
}

const SPELLING = 'One a line; any of them. Capitals and spacing do not matter.';

/** Its block_id names the fact as well: another fact begins with an empty field. */
function valueField(
  name: ConditionName,
  when: WrittenConditions,
  { sources, crmWords }: Pick<Drawing, 'sources' | 'crmWords'>,
): KnownBlock[] | undefined {
  const field = fieldOf(name);
  const many = (choices: Record<string, string>, values: readonly string[]) => [
    choicesField(field, 'Is any of', choices, values),
  ];
  switch (name) {
    case 'priority':
      return many(PRIORITIES, valuesOf(when.priority));
    case 'region':
      return many(
        Object.fromEntries(Object.keys(REGIONS).map(one => [one, one])),
        valuesOf(when.region).map(one => one.toUpperCase()),
      );
    case 'title':
      return many(TITLES, valuesOf(when.title));
    case 'email':
      return many(EMAILS, valuesOf(when.email));
    case 'source':
      return many(sources, valuesOf(when.source));
    case 'employees':
    case 'score':
      return [textField(field, 'Is', rangeText(when[name]), { hint: RANGE_HINT.replace(' Empty: any.', '') })];
    case 'account_owner':
      return [choiceField(field, 'Is', ownersOf(crmWords), when.account_owner)];
    case 'unsubscribed':
      return [
        choiceField(
          field,
          'Is',
          SUBSCRIBED,
          when.unsubscribed === undefined ? undefined : when.unsubscribed ? 'yes' : 'no',
        ),
      ];
    case 'answers':
    case 'property': {
      const text = namedText(when[name]);
      return fitsField(text) ? [namedField(name, text)] : undefined;
    }
    default: {
      const values = valuesOf(when[name] as string | string[] | undefined);
      return fitsField(values.join('\n'))
        ? [{ ...listField(field, 'Is any of', values, hintOf(name)), optional: false }]
        : undefined;
    }
  }
}

const fieldOf = (name: ConditionName) => `${VALUE}:${name}`;

function hintOf(name: ConditionName): string {
  if (name === 'country') return 'ISO codes or English names, one a line.';
  return name === 'industry' ? `${SPELLING} in_icp: any of the ideal customer’s.` : SPELLING;
}

function namedField(name: 'answers' | 'property', initial: string): KnownBlock {
  return name === 'answers'
    ? textField(fieldOf(name), 'Answers', initial, {
        many: true,
        placeholder: 'timeline: now, this quarter',
        hint: 'One a line: budget, timeline, use_case, product_interest, consent or language, a colon, and the values that count.',
      })
    : textField(fieldOf(name), 'Properties of the contact', initial, {
        many: true,
        placeholder: 'lead_tier: gold, silver',
        hint: 'One a line: the source’s own name, a colon, and the values of which one must be there.',
      });
}

function namedText(named: WrittenConditions['property' | 'answers'] = {}): string {
  return Object.entries(named)
    .map(([name, values]) => `${name}: ${valuesOf(values).join(', ')}`)
    .join('\n');
}

export type ReadCondition =
  | { ok: true; name: ConditionName; when: WrittenConditions; field: string }
  | { ok: false; errors: Record<string, string> };

/** The conditions with this one as it was filled in; `before`: the one that is changed, which may have another fact now. */
export function readCondition(
  filled: Filled,
  when: WrittenConditions,
  before: ConditionName | undefined,
): ReadCondition {
  const name = conditionIn(filled.choice(FACT));
  if (name === undefined) return { ok: false, errors: { [FACT]: 'Choose what the condition is about.' } };
  const field = fieldOf(name);
  const value = valueIn(filled, name, field);
  if (typeof value === 'object' && value !== null && 'why' in value)
    return { ok: false, errors: { [field]: value.why as string } };
  if (value === undefined) return { ok: false, errors: { [field]: 'Say what it must be.' } };
  const { [before ?? name]: _changed, ...others } = when;
  return { ok: true, name, field, when: { ...others, [name]: value } };
}

/** In the type of the playbook: menus offer nothing else. */
function valueIn(filled: Filled, name: ConditionName, field: string): unknown {
  switch (name) {
    case 'priority':
    case 'region':
    case 'title':
    case 'email':
    case 'source':
      return oneOrMany(filled.choices(field));
    case 'employees':
    case 'score': {
      const range = rangeIn(filled.text(field));
      return range === 'unreadable' ? { why: RANGE_HINT } : range;
    }
    case 'account_owner':
      return filled.choice(field);
    case 'unsubscribed': {
      const said = filled.choice(field);
      return said === undefined ? undefined : said === 'yes';
    }
    case 'answers':
    case 'property':
      return namedIn(filled.text(field) ?? '');
    default:
      return oneOrMany(listIn(filled, field));
  }
}

/** Name → values, or why a line cannot be read. */
function namedIn(text: string): Record<string, string | string[]> | { why: string } | undefined {
  const found: [string, string | string[]][] = [];
  for (const line of text.split('\n').filter(one => one.trim())) {
    const [, name = '', rest = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    const all = rest.split(/[,;]/).map(one => one.trim());
    const values = oneOrMany(all.filter(Boolean));
    if (!name.trim() || values === undefined) {
      return { why: `“${line.trim()}”: write a name, a colon and at least one value.` };
    }
    found.push([name.trim(), values]);
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
