/** Why something was not done, in a sentence for whoever asked. The only place that puts refusals into words. */
import type { HandoffState } from '../../domain/handoff.ts';
import type { Refusal } from '../../handoff/commands.ts';
import { mrkdwn } from '../escape.ts';
import { ago, STATE } from './block-words.ts';

const SHORT = 200;
const SENTENCE = 400;

type Closed = Extract<Refusal, { kind: 'closed' }>;

/** Safe mrkdwn. `now` makes "2 minutes ago" of a moment. */
export function refusalText(refusal: Refusal, now: Date): string {
  switch (refusal.kind) {
    case 'not_found':
      return 'Baton does not know this lead any more. It may have been erased.';
    case 'under_way':
      return 'This is being done already. Its result is told where it was asked for first.';
    case 'not_allowed':
      return `Only ${mrkdwn(refusal.who, SHORT)} can do this.`;
    case 'unfit':
      return mrkdwn(refusal.why, SENTENCE);
    case 'closed':
      return closedText(refusal, now);
  }
}

/** What happened since the card was drawn: who, when, and why. */
function closedText({ state, by, at, reason }: Closed, now: Date): string {
  const who = by && `*${mrkdwn(by, SHORT)}*`;
  const when = at ? ` ${ago(at, now)}` : '';
  const why = reason ? `: ${mrkdwn(reason, SENTENCE)}` : '.';
  const done = DONE[state];
  if (done && who) return `${who} ${done.active}${when}${why}`;
  if (done) return `This lead was ${done.passive}${when}${why}`;
  if (state === 'assigned' && who) return `This lead was assigned to ${who}${when}${why}`;
  return `This lead is ${STATE[state]}${why}`;
}

const DONE: Partial<Record<HandoffState, { active: string; passive: string }>> = {
  claimed: { active: 'claimed this lead', passive: 'claimed' },
  contacted: { active: 'contacted this lead', passive: 'contacted' },
  rejected: { active: 'rejected this lead', passive: 'rejected' },
  nurture: { active: 'put this lead into nurture', passive: 'put into nurture' },
  won: { active: 'won this lead', passive: 'won' },
  lost: { active: 'marked this lead as lost', passive: 'lost' },
};
