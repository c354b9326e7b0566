/** Moving the leads of several alarms at once. Pure. */
import type { ModalView } from '@slack/types';
import type { AlertLine } from '../../../contracts/notifier.ts';
import { mrkdwn, oneLine } from '../../escape.ts';
import { label, option } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { BULK, leadsName } from '../home/bulk.ts';
import { form, input, typed } from '../modals/modal-parts.ts';
import { type Choosing, whoMenu } from '../modals/people.ts';

/** Slack takes 100 options. */
const MOST = 100;
const NAME = 120;
const MOST_STAYED = 20;

/** Home's own form, with these leads alone and all of them chosen. */
export function digestReassignModal(given: Choosing & { lines: readonly AlertLine[] }): ModalView {
  const options = given.lines.slice(0, MOST).map(({ handoffId, name, company, priority, holder }) => {
    const who = [oneLine(name) || 'Unknown person', company].filter(Boolean).join(', ');
    return option(handoffId, who, [priority, holder && `with ${holder}`].filter(Boolean).join(', '));
  });
  return form(BULK, 'Reassign leads', `Move ${count(options.length, 'lead')}`, {}, [
    input(leadsName({}), 'Leads', {
      type: 'multi_static_select',
      action_id: 'leads',
      placeholder: label('Choose leads', 150),
      options,
      initial_options: options,
    }),
    input('to', 'To', whoMenu('to', given), { hint: 'Each lead counts as one turn.' }),
    input('note', 'Note', typed('note', { many: true }), { optional: true }),
  ]);
}

/** What became of more time for all, as lines of safe mrkdwn. */
export function waitedLines(given: number, stayed: readonly { lead: string; why: string }[]): string[] {
  return [
    given > 0
      ? `${count(given, 'lead')} ${given === 1 ? 'has' : 'have'} 30 more minutes. Their reps are told.`
      : 'No lead was given more time.',
    ...stayed.slice(0, MOST_STAYED).map(({ lead, why }) => `• *${mrkdwn(lead, NAME)}*: ${why}`),
    ...(stayed.length > MOST_STAYED ? [`and ${stayed.length - MOST_STAYED} more`] : []),
  ];
}
