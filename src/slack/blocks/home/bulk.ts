/** Reassigning many leads at once: which, and to whom. Pure. */
import { createHash } from 'node:crypto';
import type { KnownBlock, ModalView, StaticSelect } from '@slack/types';
import { personOf } from '../../../config/playbook/people.ts';
import type { ChoiceOfLeads } from '../../../handoff/queries/team-home.ts';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { actions, button, context, label, option } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { form, input, typed } from '../modals/modal-parts.ts';
import { type Choosing, whoMenu } from '../modals/people.ts';
import { plainTimeLeft } from './rows.ts';

export const BULK = 'home_bulk';
export const BULK_WHOSE = 'home_bulk_whose';
export const BULK_GO = 'home_bulk_go';
export const BULK_GO_BACK = 'home_bulk_go_back';
export const EVERYBODY = 'everybody';

export const BULK_TITLE = 'Reassign leads';
const OPTIONS = 100;
const NAME = 120;
const MOST_STAYED = 20;

/** `origin.whose` is a key of a person, `origin.page` the page of leads. */
export function bulkModal(given: Choosing & { choice: ChoiceOfLeads; origin: Origin }): ModalView {
  const { choice, origin } = given;
  const { rows, page, pages, total } = choice;
  const first = page * OPTIONS + 1;
  const shown = pages > 1 ? `Leads ${first} to ${first + rows.length - 1} of ${total}` : count(total, 'open lead');
  return form(BULK, BULK_TITLE, 'Reassign', { ...origin, page: String(page) }, [
    ...(choice.reps.length > 1
      ? [input('whose', 'Whose leads?', whoseMenu(choice, origin), { optional: true, dispatch: true })]
      : []),
    input(
      'all',
      'All of them',
      {
        type: 'checkboxes',
        action_id: 'all',
        options: [option('all', `All ${rows.length} listed below`)],
      },
      { optional: true },
    ),
    input(
      leadsName({ ...origin, page: String(page) }),
      'Or these',
      {
        type: 'multi_static_select',
        action_id: 'leads',
        placeholder: label('Choose leads', 150),
        options: rows.map(lead => leadOption(lead, given)),
      },
      { optional: true, hint: `${shown}, those with the least time left first.` },
    ),
    ...(pages > 1 ? [pageButtons(page, pages)] : []),
    input('to', 'To whom?', whoMenu('to', given), { hint: 'Each lead counts as one turn.' }),
    input('note', 'A word to them', typed('note', { many: true }), { optional: true }),
    context('Everybody concerned is told, and the records’ owner follows.'),
  ]);
}

/** The name of the input with the leads: another page is another input, or Slack would keep what was chosen before. */
export function leadsName({ whose, page }: Origin): string {
  return `leads ${page ?? '0'} ${whose ?? EVERYBODY}`;
}

/** Slack keeps 75 characters of a value; an address may have 254. */
export function repKey(email: string): string {
  return createHash('sha256').update(email).digest('base64url');
}

function whoseMenu({ reps }: ChoiceOfLeads, { whose }: Origin): StaticSelect {
  const everybody = option(EVERYBODY, 'Everybody’s');
  const busiest = reps.toSorted((one, other) => other.open - one.open).slice(0, OPTIONS - 1);
  const options = [everybody, ...busiest.map(({ email, name, open }) => option(repKey(email), `${name} (${open})`))];
  const chosen = options.find(({ value }) => value === whose) ?? everybody;
  return { type: 'static_select', action_id: BULK_WHOSE, options, initial_option: chosen };
}

function leadOption(
  lead: ChoiceOfLeads['rows'][number],
  { choice, playbook, now }: Choosing & { choice: ChoiceOfLeads },
) {
  const { id, name, email, company, priority, repEmail } = lead;
  const rep =
    choice.reps.find(one => one.email === repEmail)?.name ?? personOf(playbook, repEmail)?.name ?? repEmail ?? 'nobody';
  const who = company ? `${name || email}, ${company}` : name || email;
  return option(id, who, `${priority}, ${plainTimeLeft(lead, now)}, with ${rep}`);
}

function pageButtons(page: number, pages: number): KnownBlock {
  return actions([
    ...(page > 0 ? [button(BULK_GO_BACK, '◀ Previous leads', String(page - 1))] : []),
    ...(page < pages - 1 ? [button(BULK_GO, 'Next leads ▶', String(page + 1))] : []),
  ]);
}

export interface BulkResult {
  /** Name of whoever got some → how many. */
  moved: ReadonlyMap<string, number>;
  /** Those that stayed: the lead's name and why, safe mrkdwn. */
  stayed: readonly { lead: string; why: string }[];
}

/** What became of it, as lines of safe mrkdwn. */
export function bulkResultLines({ moved, stayed }: BulkResult): string[] {
  const all = [...moved.values()].reduce((sum, one) => sum + one, 0);
  const whom = [...moved].map(([name, amount]) => `${amount} to *${mrkdwn(name, NAME)}*`).slice(0, MOST_STAYED);
  const more = stayed.length - MOST_STAYED;
  return [
    all > 0 ? `${count(all, 'lead')} moved: ${whom.join(', ')}.` : 'No lead was moved.',
    ...(stayed.length > 0 ? [`*${count(stayed.length, 'lead')} stayed:*`] : []),
    ...stayed.slice(0, MOST_STAYED).map(({ lead, why }) => `• *${mrkdwn(lead, NAME)}*: ${why}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

/** While they move: each is a decision of its own, and the modal does not wait for all of them. */
export function bulkWaiting(amount: number): string {
  return `Moving ${count(amount, 'lead')}… This takes a moment.`;
}
