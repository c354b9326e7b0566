/** The Home tab. Pure: my open leads → a view. */
import type { HomeView, KnownBlock } from '@slack/types';
import type { HandoffSummary } from '../../db/handoffs.ts';
import { leadLine } from './lead.ts';
import { helpText } from './notices.ts';
import { count, moment } from './words.ts';

/** A Home of 100 blocks is Slack's limit; nobody works through more than this at once. */
const MOST_LEADS = 30;

/** What the person who opens Home sees. */
export function homeView(leads: readonly HandoffSummary[]): HomeView {
  const shown = leads.slice(0, MOST_LEADS);
  const more = leads.length - shown.length;
  return {
    type: 'home',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Your open leads', emoji: false } },
      ...(shown.length > 0
        ? shown.map(leadBlock)
        : [section('None at the moment. A new lead arrives as a card in the Messages tab.')]),
      ...(more > 0 ? [section(`and ${count(more, 'older lead')}: find them with /mql show LEAD`)] : []),
      { type: 'divider' },
      section(helpText()),
    ],
  };
}

function leadBlock(lead: HandoffSummary): KnownBlock {
  const since = moment(lead.openedAt.toISOString());
  return section(`${leadLine(lead)}${since ? `\nsince ${since}` : ''}`);
}

function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}
