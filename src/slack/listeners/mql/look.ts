/** show, why, timeline: what Baton knows of a lead. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { noLeadAnswer, showAnswer, whyAnswer } from '../../blocks/mql/lead.ts';
import { openTimeline } from '../card/timeline.ts';
import { type Asked, namesOf, OPENED, type Word } from './asked.ts';
import { withLead } from './leads.ts';

export const show: Word = {
  word: 'show',
  group: 'leads',
  usage: 'LEAD',
  does: 'how a lead stands and what happened',
  examples: ['show Emma Thompson', 'show emma@acmecorp.com', 'show acme'],
  aliases: ['lead', 'view', 'story', 'status', 'find', 'search'],
  run: asked => withLead(asked, asked.text, lead => showLead(asked, lead)),
};

async function showLead(asked: Asked, lead: HandoffSummary) {
  const { queries } = asked.deps;
  const { workspaceId } = asked.by;
  const [timeline, card] = await Promise.all([
    queries.timeline(workspaceId, lead.id),
    queries.card(workspaceId, lead.id),
  ]);
  return showAnswer({ lead, card, entries: timeline?.entries ?? [], nameOf: namesOf(asked), now: asked.now });
}

export const why: Word = {
  word: 'why',
  group: 'leads',
  usage: 'LEAD',
  does: 'why a lead went where it went, and who is next',
  examples: ['why Emma Thompson', 'why acme'],
  aliases: ['explain', 'reason'],
  run: asked => withLead(asked, asked.text, lead => explain(asked, lead)),
};

async function explain(asked: Asked, lead: HandoffSummary) {
  const { queries } = asked.deps;
  const { workspaceId } = asked.by;
  const { team } = lead;
  const [timeline, crm, line] = await Promise.all([
    queries.timeline(workspaceId, lead.id),
    queries.crm(workspaceId),
    team === null ? undefined : queries.rotationOrder(workspaceId, team),
  ]);
  if (!timeline) return noLeadAnswer(asked.text);
  const now = team !== null && line ? { team, line } : undefined;
  return whyAnswer(lead, timeline, now, crm.words, namesOf(asked));
}

export const timeline: Word = {
  word: 'timeline',
  group: 'leads',
  usage: 'LEAD',
  does: 'the whole timeline of a lead, to page through',
  examples: ['timeline Emma Thompson'],
  aliases: ['history'],
  run: asked =>
    withLead(asked, asked.text, async lead => {
      await openTimeline(asked, lead.id);
      return OPENED;
    }),
};
