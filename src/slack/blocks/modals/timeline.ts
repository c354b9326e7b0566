/** What happened to a lead and why it went where it went: to read, on pages when it is long. */
import type { KnownBlock, ModalView } from '@slack/types';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import type { TimelineEntry } from '../../../domain/timeline.ts';
import type { LeadTimeline } from '../../../handoff/queries/queries.ts';
import { actions, button, context, SECTION, section } from '../block-parts.ts';
import { packed } from '../block-words.ts';
import { leadLine, timelineLines, verdictLines, whyLines } from '../lead.ts';
import { reading } from './modal-parts.ts';

export const EARLIER = 'timeline_earlier';
export const LATER = 'timeline_later';

/** What fits on a screen or two. */
const PAGE = 20;
/** Everybody of a large team; Slack takes a hundred blocks of 3,000 characters. */
const MOST_PEOPLE = 200;

/** Why me?: the rule, what it saw, the line, and who was passed over and for what. */
export function whyModal(given: {
  lead: HandoffSummary;
  timeline: LeadTimeline;
  crmWords: CrmWords;
  nameOf: (email: string) => string;
}): ModalView {
  const { lead, timeline, crmWords, nameOf } = given;
  const isKept = lead.state === 'held' || lead.state === 'nurture';
  const verdict = isKept || !timeline.decision ? verdictLines(lead, timeline.judgement) : [];
  const lines = [...verdict, ...whyLines(lead, timeline.decision, MOST_PEOPLE, crmWords, nameOf)];
  return reading('Why this rep?', 'Close', { handoffId: lead.id }, [section(leadLine(lead)), ...sections(lines)]);
}

/** The timeline, newest last; without a page, the last one. Pages count from the oldest, which stays where it is. */
export function timelineModal(given: {
  lead: HandoffSummary;
  entries: readonly TimelineEntry[];
  zone: string;
  page?: number;
}): ModalView {
  const { lead, entries, zone } = given;
  const last = Math.max(0, Math.ceil(entries.length / PAGE) - 1);
  const page = Math.min(Math.max(given.page ?? last, 0), last);
  const lines = timelineLines(entries.slice(page * PAGE, (page + 1) * PAGE), zone);
  return reading('Timeline', 'Close', { handoffId: lead.id, page: String(page) }, [
    section(leadLine(lead)),
    ...sections(lines.length > 0 ? lines : ['Nothing has happened yet.']),
    ...(last > 0 ? [context(`Page ${page + 1} of ${last + 1}`), turning(page, last)] : []),
  ]);
}

function turning(page: number, last: number): KnownBlock {
  return actions([
    ...(page > 0 ? [button(EARLIER, 'Earlier', String(page - 1))] : []),
    ...(page < last ? [button(LATER, 'Later', String(page + 1))] : []),
  ]);
}

/** As many sections as the lines need. */
function sections(lines: readonly string[]): KnownBlock[] {
  return packed(lines, SECTION).map(some => section(...some));
}
