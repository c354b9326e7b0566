/** Trying the rules on a lead: the form, and what they would do with it. Nothing is done. */
import type { ModalView } from '@slack/types';
import { nameOf, teamName } from '../../../config/playbook/people.ts';
import type { Playbook } from '../../../config/playbook.ts';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import type { Sample, Tried } from '../../../workspaces/sample-lead.ts';
import { mrkdwn } from '../../escape.ts';
import type { Filled, Origin } from '../../forms.ts';
import { context, label, option, section } from '../block-parts.ts';
import { form, input, reading } from '../modals/modal-parts.ts';
import { choiceField, numberField, numberIn, textField } from './fields.ts';

export const SAMPLE = 'try_rules';
const TITLE = 'Test on a sample lead';
const RESULT = 'What would happen';
const NAME = 120;
const SENTENCE = 400;
const OPTIONS = 100;
/** Rules a result shows; the rest is counted. */
const RULES = 60;
const RULES_A_SECTION = 6;

/** @param sources source → label; the first is chosen at first */
export function sampleModal(
  recent: readonly HandoffSummary[],
  sources: Readonly<Record<string, string>>,
  origin: Origin,
): ModalView {
  const leads = recent
    .slice(0, OPTIONS)
    .map(({ id, name, email, company }) => option(id, company ? `${name || email}, ${company}` : name || email));
  return form(SAMPLE, TITLE, 'Test', origin, [
    section('Held against the rules as they are now. Nothing is written and nobody is told.'),
    ...(leads.length > 0
      ? [
          input(
            'recent',
            'A recent lead',
            { type: 'static_select', action_id: 'recent', placeholder: label('Choose', 150), options: leads },
            { optional: true, hint: 'With what is known of it. Or describe one:' },
          ),
        ]
      : []),
    textField('email', 'E-mail', undefined, { optional: true, placeholder: 'jo@company.com' }),
    textField('title', 'Job title', undefined, { optional: true }),
    textField('industry', 'Industry', undefined, { optional: true }),
    numberField('employees', 'Employees', { min: 0, optional: true }),
    textField('country', 'Country', undefined, { optional: true }),
    numberField('score', 'Score', { optional: true, decimals: true }),
    textField('lead_source', 'Lead source', undefined, { optional: true }),
    textField('product_interest', 'Product interest', undefined, { optional: true }),
    choiceField('source', 'Comes from', sources, Object.keys(sources)[0]),
  ]);
}

/** The chosen handoff or the described lead; or what is missing. */
export function sampleIn(filled: Filled): { on: Sample | { handoffId: string } } | { errors: Record<string, string> } {
  const recent = filled.choice('recent');
  if (recent !== undefined) return { on: { handoffId: recent } };
  const email = filled.text('email');
  if (email === undefined) return { errors: { email: 'Give an e-mail address, or choose a recent lead above.' } };
  const source = filled.choice('source');
  if (source === undefined) return { errors: { source: 'Choose where it comes from.' } };
  return {
    on: {
      email,
      source,
      title: filled.text('title'),
      industry: filled.text('industry'),
      employees: numberIn(filled, 'employees'),
      country: filled.text('country'),
      score: numberIn(filled, 'score'),
      leadSource: filled.text('lead_source'),
      productInterest: filled.text('product_interest'),
    },
  };
}

export function triedModal(tried: Tried, playbook: Playbook, origin: Origin): ModalView {
  const { judgement, rules } = tried;
  const more = rules.length - RULES;
  const lines = rules.slice(0, RULES).map(({ rule, yes, why }, index) => ruleLine(index, rule, yes, why));
  return reading(RESULT, 'Close', origin, [
    section(...verdictLines(tried, playbook)),
    section(
      `*Fit ${judgement.fit.score} of 100: ${judgement.fit.priority}*`,
      ...judgement.fit.parts.map(part => `• ${part.points} of ${part.possible}: ${mrkdwn(part.reason, SENTENCE)}`),
    ),
    ...chunks(lines, RULES_A_SECTION).map(part => section(...part)),
    ...(more > 0 ? [context(`and ${more} more ${more === 1 ? 'rule' : 'rules'}`)] : []),
    context(
      'Whose turn it is in a team is decided when the lead comes. An account or record in the CRM may change it.',
    ),
  ]);
}

function verdictLines({ judgement, threshold, match }: Tried, playbook: Playbook): string[] {
  const { score, outcome, reason } = judgement;
  const short = score !== null && score < threshold;
  const routed = match
    ? `:dart: *${mrkdwn(match.name, NAME)}* takes it: ${targetText(match, playbook)}.`
    : `:dart: No rule takes it: the fallback has it, ${fallbackText(playbook)}.`;
  return [
    ...(short
      ? [
          `:no_entry_sign: *No handoff yet:* a score of ${score} is below the threshold of ${threshold}. If it became an MQL:`,
        ]
      : []),
    outcome === 'route'
      ? routed
      : `:no_entry_sign: *${mrkdwn(reason, SENTENCE)}* The rules would not be asked; if they were:`,
    ...(outcome === 'route' ? [] : [routed]),
  ];
}

function ruleLine(index: number, rule: string, yes: boolean, why: string): string {
  return `${yes ? ':white_check_mark:' : ':heavy_minus_sign:'} ${index + 1}. *${mrkdwn(rule, NAME)}*: ${mrkdwn(why, SENTENCE)}`;
}

function targetText({ to }: Playbook['routing'][number], playbook: Playbook): string {
  if (to.kind === 'nurture') return 'nurture, no rep and no record';
  if (to.kind === 'account_owner') return 'the owner of the account';
  if (to.kind === 'team') return `team ${mrkdwn(teamName(playbook, to.team), NAME)}`;
  return mrkdwn(nameOf(playbook, to.person), NAME);
}

function fallbackText(playbook: Playbook): string {
  const { team, person } = playbook.fallback;
  const names = [team && `team ${teamName(playbook, team)}`, person && nameOf(playbook, person)];
  return mrkdwn(names.filter(Boolean).join(', then '), NAME * 2);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, page) => all.slice(page * size, (page + 1) * size));
}
