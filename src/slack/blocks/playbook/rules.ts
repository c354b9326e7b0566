/** The editor of a routing rule: its place, its conditions, and where it sends a lead. */
import { nameOf, teamName } from '../../../config/playbook/people.ts';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import { capital, listed, withArticle } from '../../../lib/english.ts';
import {
  type PlaybookChange,
  ruleWords,
  type WrittenConditions,
  type WrittenRule,
  type WrittenTarget,
} from '../../../workspaces/playbook-edits.ts';
import { mrkdwn } from '../../escape.ts';
import { context, label, option, section } from '../block-parts.ts';
import { form, input } from '../modals/modal-parts.ts';
import { conditionRows, keepConditions, keptConditions } from './conditions.ts';
import { choiceField, textField } from './fields.ts';
import { type Form, misread, positionOf, read, type Subject, tooLong } from './form.ts';
import { menu, peopleGroup, personChosen, personValue, teamChosen, teamsGroup, teamValue } from './menus.ts';

const NAME = 120;
const SENTENCE = 1_000;
const OPTIONS = 99;

const modesOf = ({ lead, company, contact, deal }: CrmWords) => ({
  lead: capital(withArticle(lead.one)),
  account_based: capital(listed([company.one, contact.one, deal.one])),
});
export const ruleForm: Form = {
  id: 'edit_rule',
  title: 'Rule',
  draw: (subject, origin, crmWords) => {
    const known = ruleIn(subject);
    if (known === 'gone') return undefined;
    const when = keptConditions(origin) ?? known?.when ?? {};
    const kept = keepConditions(origin, when);
    if (!kept) return tooLong(ruleForm.title, origin);
    return form(ruleForm.id, known ? 'Edit rule' : 'Add rule', 'Next', kept, [
      ...conditionRows(when),
      input('to', 'Send it to', targetMenu(subject, known?.to, crmWords)),
      textField('name', 'Name', known?.name, { most: 200, hint: 'Every decision names its rule.' }),
      input('after', 'Where in the order?', placeMenu(subject), { hint: 'The first rule that takes a lead decides.' }),
      choiceField('crm', 'Records in the CRM', modesOf(crmWords), known?.crm, {
        optional: true,
        hint: 'Empty: as for all other leads.',
      }),
      context('If a fact is unknown, the condition fails.'),
    ]);
  },
  read: (filled, subject, origin) => {
    const to = targetChosen(subject, filled.choice('to'));
    if (to === undefined) return misread({ to: 'It is not in the playbook any more. Choose another.' });
    const crm = filled.choice('crm') as WrittenRule['crm'];
    const rule: WrittenRule = { name: filled.text('name') ?? '', when: keptConditions(origin) ?? {}, to, crm };
    return read({ kind: 'rule', at: positionOf(subject), rule, after: Number(filled.choice('after') ?? -1) });
  },
};

/** The rule as it would be with these conditions alone: what is wrong with them shows before the rest is filled in. */
export function ruleWith(subject: Subject, when: WrittenConditions): PlaybookChange {
  const known = ruleIn(subject);
  const own = known === 'gone' ? undefined : known;
  const rule: WrittenRule = { name: own?.name ?? UNNAMED, when, to: own?.to ?? 'nurture' };
  return { kind: 'rule', at: own && positionOf(subject), rule, after: own ? (positionOf(subject) ?? -1) : -1 };
}

/** Nobody calls a rule so. */
const UNNAMED = 'A rule that is being written';

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
