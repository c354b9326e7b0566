/** My leads: the tab of whoever has leads of their own. Pure. */
import type { KnownBlock } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs.ts';
import { leadLine } from '../lead.ts';
import { helpText } from '../notices.ts';
import { count, moment } from '../words.ts';
import { section } from './home.ts';

const MOST_LEADS = 30;

/** What the person who opens Home sees. */
export function leadsTab(leads: readonly HandoffSummary[]): KnownBlock[] {
  const shown = leads.slice(0, MOST_LEADS);
  const more = leads.length - shown.length;
  return [
    ...(shown.length > 0
      ? shown.map(leadBlock)
      : [section('None at the moment. A new lead arrives as a card in the Messages tab.')]),
    ...(more > 0 ? [section(`and ${count(more, 'older lead')}: find them with /mql show LEAD`)] : []),
    { type: 'divider' },
    section(helpText()),
  ];
}

function leadBlock(lead: HandoffSummary): KnownBlock {
  const since = moment(lead.openedAt.toISOString());
  return section(`${leadLine(lead)}${since ? `\nsince ${since}` : ''}`);
}
