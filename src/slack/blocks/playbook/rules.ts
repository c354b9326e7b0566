/** The editor of a routing rule: its place, its conditions, and where it sends a lead. */
import { nameOf, teamName } from '../../../config/playbook/people.ts';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import { REGIONS } from '../../../domain/regions.ts';
import { capital, listed, withArticle } from '../../../lib/english.ts';
import {
  ruleWords,
  type WrittenConditions,
  type WrittenRule,
  type WrittenTarget,
} from '../../../workspaces/playbook-edits.ts';
import { mrkdwn } from '../../escape.ts';
import type { Filled } from '../../forms.ts';
import { context, label, option, section } from '../block-parts.ts';
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
import { type Form, misread, positionOf, read, type Subject, tooLong } from './form.ts';
import { menu, peopleGroup, personChosen, personValue, teamChosen, teamsGroup, teamValue } from './menus.ts';

const NAME = 120;
const SENTENCE = 1_000;
const OPTIONS = 99;

const PRIORITIES = { HIGH: 'HIGH', MEDIUM: 'MEDIUM', LOW: 'LOW' };
const TITLES = {
  executive: 'Executive (VP, C-level)',
  manager: 'Manager or director',
  student_or_intern: 'Student or intern',
  other: 'Other',
  unknown: 'Unknown',
};
const EMAILS = { business: 'Business', free: 'Free (Gmail …)', disposable: 'Throw-away', malformed: 'Malformed' };
const ownersOf = ({ company: { one } }: CrmWords) => ({
  exists: `The ${one} has an owner`,
  none: `There is no ${one}, or nobody owns it`,
});
const modesOf = ({ lead, company, contact, deal }: CrmWords) => ({
  lead: capital(withArticle(lead.one)),
  account_based: capital(listed([company.one, contact.one, deal.one])),
});
const YES_NO = { yes: 'Yes', no: 'No' };

/** What a condition's menu gave, in the type of the playbook: the menu offers nothing else. */
type Values<K extends keyof WrittenConditions> = WrittenConditions[K];

export const ruleForm: Form = {
  id: 'edit_rule',
  title: 'Rule',
  draw: (subject, origin, crmWords) => {
    const known = ruleIn(subject);
    if (known === 'gone') return undefined;
    const when = known?.when ?? {};
    const lists = [when.industry, when.country, when.lead_source, when.product_interest];
    const named = [when.answers, when.property].map(namedText);
    const texts = [...lists.map(one => valuesOf(one).join('\n')), ...named];
    if (!texts.every(fitsField)) return tooLong(ruleForm.title, origin);
    return form(ruleForm.id, known ? 'Edit rule' : 'Add rule', 'Save', origin, [
      textField('name', 'Name', known?.name, { most: 200, hint: 'Every decision names its rule.' }),
      input('after', 'Where in the order?', placeMenu(subject), { hint: 'The first rule that takes a lead decides.' }),
      input('to', 'Sends the lead to', targetMenu(subject, known?.to, crmWords)),
      choiceField('crm', 'Records in the CRM', modesOf(crmWords), known?.crm, {
        optional: true,
        hint: 'Empty: as for all other leads.',
      }),
      section('*Takes a lead when all of these hold.* What is left empty does not matter.'),
      ...conditionFields(when, subject.text.sources, crmWords),
      context('What is not known of a lead holds against no condition.'),
    ]);
  },
  read: (filled, subject) => {
    const conditions = conditionsIn(filled);
    if ('errors' in conditions) return misread(conditions.errors);
    const to = targetChosen(subject, filled.choice('to'));
    if (to === undefined) return misread({ to: 'It is not in the playbook any more. Choose another.' });
    const crm = filled.choice('crm') as WrittenRule['crm'];
    const rule: WrittenRule = { name: filled.text('name') ?? '', when: conditions.when, to, crm };
    return read({ kind: 'rule', at: positionOf(subject), rule, after: Number(filled.choice('after') ?? -1) });
  },
};

function conditionFields(when: WrittenConditions, sources: Readonly<Record<string, string>>, crmWords: CrmWords) {
  const optional = { optional: true };
  const words = 'One a line; any of them. Capitals and spacing do not matter.';
  return [
    choicesField('priority', 'Priority', PRIORITIES, valuesOf(when.priority), optional),
    choicesField(
      'region',
      'Region',
      regionNames(),
      valuesOf(when.region).map(one => one.toUpperCase()),
      optional,
    ),
    listField('country', 'Country', valuesOf(when.country), 'ISO codes or English names, one a line; any of them.'),
    listField('industry', 'Industry', valuesOf(when.industry), `${words} in_icp: any of the ideal customer’s.`),
    textField('employees', 'Employees', rangeText(when.employees), { optional: true, hint: RANGE_HINT }),
    textField('score', 'Score', rangeText(when.score), { optional: true, hint: RANGE_HINT }),
    choiceField(
      'account_owner',
      `${capital(crmWords.company.one)} in the CRM`,
      ownersOf(crmWords),
      when.account_owner,
      optional,
    ),
    listField('lead_source', 'Lead source', valuesOf(when.lead_source), words),
    listField('product_interest', 'Product interest', valuesOf(when.product_interest), words),
    choicesField('title', 'Job title', TITLES, valuesOf(when.title), optional),
    choicesField('email', 'E-mail address', EMAILS, valuesOf(when.email), optional),
    choicesField('source', 'Comes from', sources, valuesOf(when.source), optional),
    choiceField('unsubscribed', 'Unsubscribed from marketing mail', YES_NO, yesNo(when.unsubscribed), optional),
    textField('answers', 'Answers in a form', namedText(when.answers), {
      many: true,
      optional: true,
      placeholder: 'timeline: now, this quarter',
      hint: 'One a line: budget, timeline, use_case, product_interest, consent or language, a colon, and the values that count.',
    }),
    textField('property', 'Other properties of the contact', namedText(when.property), {
      many: true,
      optional: true,
      placeholder: 'lead_tier: gold, silver',
      hint: 'One a line: the source’s own name, a colon, and the values of which one must be there.',
    }),
  ];
}

function namedText(named: WrittenConditions['property' | 'answers'] = {}): string {
  return Object.entries(named)
    .map(([name, values]) => `${name}: ${valuesOf(values).join(', ')}`)
    .join('\n');
}

const regionNames = () => Object.fromEntries(Object.keys(REGIONS).map(name => [name, name]));
const yesNo = (given: boolean | undefined) => (given === undefined ? undefined : given ? 'yes' : 'no');

function conditionsIn(filled: Filled): { when: WrittenConditions } | { errors: Record<string, string> } {
  const [employees, score] = [rangeIn(filled.text('employees')), rangeIn(filled.text('score'))];
  const property = propertiesIn(filled.text('property') ?? '');
  const answers = propertiesIn(filled.text('answers') ?? '');
  const errors = {
    ...(employees === 'unreadable' && { employees: RANGE_HINT }),
    ...(score === 'unreadable' && { score: RANGE_HINT }),
    ...(typeof property === 'string' && { property }),
    ...(typeof answers === 'string' && { answers }),
  };
  if (employees === 'unreadable' || score === 'unreadable') return { errors };
  if (typeof property === 'string' || typeof answers === 'string') return { errors };
  const unsubscribed = filled.choice('unsubscribed');
  const when: WrittenConditions = {
    priority: oneOrMany(filled.choices('priority')) as Values<'priority'>,
    region: oneOrMany(filled.choices('region')),
    country: oneOrMany(listIn(filled, 'country')),
    industry: oneOrMany(listIn(filled, 'industry')),
    employees,
    score,
    account_owner: filled.choice('account_owner') as Values<'account_owner'>,
    lead_source: oneOrMany(listIn(filled, 'lead_source')),
    product_interest: oneOrMany(listIn(filled, 'product_interest')),
    title: oneOrMany(filled.choices('title')) as Values<'title'>,
    email: oneOrMany(filled.choices('email')) as Values<'email'>,
    source: oneOrMany(filled.choices('source')) as Values<'source'>,
    ...(unsubscribed !== undefined && { unsubscribed: unsubscribed === 'yes' }),
    ...(Object.keys(answers).length > 0 && { answers }),
    ...(Object.keys(property).length > 0 && { property }),
  };
  return { when };
}

/** Name → values, or why a line cannot be read. */
function propertiesIn(text: string): Record<string, string | string[]> | string {
  const found: [string, string | string[]][] = [];
  for (const line of text.split('\n').filter(one => one.trim())) {
    const [, name = '', rest = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    const values = oneOrMany(
      rest
        .split(/[,;]/)
        .map(one => one.trim())
        .filter(Boolean),
    );
    if (!name.trim() || values === undefined) return `“${line.trim()}”: write a name, a colon and at least one value.`;
    found.push([name.trim(), values]);
  }
  return Object.fromEntries(found);
}

/** First, or after one of the rules; the value is that rule's place. */
function placeMenu(subject: Subject) {
  const own = positionOf(subject);
  const rules = subject.text.written.routing ?? [];
  const first = option('-1', 'First');
  const others = rules.map(({ name }, index) =>
    option(String(index), index === own ? 'Where it is' : `After “${name}”`),
  );
  const nearby = own === undefined ? others.slice(0, OPTIONS) : others.slice(Math.max(0, own - 50), own + 49);
  const chosen = own === undefined ? undefined : nearby.find(({ value }) => value === String(own));
  return {
    type: 'static_select' as const,
    action_id: 'after',
    placeholder: label('Choose', 150),
    options: [first, ...nearby],
    ...(chosen && { initial_option: chosen }),
  };
}

function targetMenu({ text: { playbook } }: Subject, to: WrittenTarget | undefined, { company }: CrmWords) {
  const special = [
    option('nurture', 'Nurture: no rep, no record'),
    option('account', `The owner of the ${company.one}`),
  ];
  const initial =
    to === undefined
      ? undefined
      : to === 'nurture'
        ? 'nurture'
        : (teamValue(to.team) ?? personValue(to.person) ?? (to.owner && 'account'));
  // The two special targets are always there, so there is always something to choose.
  const found = menu(
    'to',
    [['Teams', teamsGroup(playbook)[1]], ['Elsewhere', special], peopleGroup(playbook)],
    initial,
  );
  if (!found) throw new Error('a rule needs something to send leads to');
  return found;
}

function targetChosen({ text: { playbook } }: Subject, value: string | undefined): WrittenTarget | undefined {
  if (value === 'nurture') return 'nurture';
  if (value === 'account') return { owner: 'account' };
  const team = teamChosen(playbook, value);
  if (team !== undefined) return { team };
  const person = personChosen(playbook, value);
  return person === undefined ? undefined : { person };
}

export const removeRuleForm: Form = {
  id: 'remove_rule',
  title: 'Delete rule',
  isPreview: true,
  draw: (subject, origin) => {
    const known = ruleIn(subject);
    if (!known || known === 'gone') return undefined;
    return form(removeRuleForm.id, removeRuleForm.title, 'Delete', origin, [
      section(
        `Delete *${mrkdwn(known.name, NAME)}*?`,
        mrkdwn(ruleWords(known, namesOf(subject)), SENTENCE),
        'Leads it took go on to the rules below it. Versions keeps it: it can be restored.',
      ),
    ]);
  },
  read: (_filled, subject) => read({ kind: 'remove_rule', at: positionOf(subject) ?? -1 }),
};

const namesOf = ({ text: { playbook } }: Subject) => ({
  person: (email: string) => nameOf(playbook, email),
  team: (key: string) => teamName(playbook, key),
});

function ruleIn(subject: Subject) {
  const at = positionOf(subject);
  if (at === undefined) return undefined;
  return subject.text.written.routing?.[at] ?? 'gone';
}
