/** Why something was not done, in a sentence for whoever asked. The only place that puts refusals into words. */
import { REJECT_REASONS, type Refusal } from '../../handoff/actions.ts';
import { mrkdwn } from '../escape.ts';
import { ago, STATE } from './words.ts';

const SHORT = 200;
const SENTENCE = 400;

type Closed = Extract<Refusal, { kind: 'closed' }>;

/** Safe mrkdwn. `now` makes "2 minutes ago" of a moment. */
export function refusalText(refusal: Refusal, now: Date): string {
  switch (refusal.kind) {
    case 'not_found':
      return 'Baton does not know this lead any more. It may have been erased.';
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
  const why = reason ? `: ${mrkdwn(reasonWords(reason), SENTENCE)}` : '';
  const full = (sentence: string) => (why ? `${sentence}${why}` : `${sentence}.`);
  switch (state) {
    case 'rejected':
      return full(who ? `${who} rejected this lead${when}` : `This lead was rejected${when}`);
    case 'nurture':
      return full(who ? `${who} sent this lead back to nurture${when}` : `This lead went to nurture${when}`);
    case 'claimed':
      return full(who ? `${who} claimed this lead${when}` : `This lead was claimed${when}`);
    case 'contacted':
      return full(who ? `${who} contacted this lead${when}` : `This lead was contacted${when}`);
    case 'won':
    case 'lost':
      return full(`This lead was ${state}${when}${who ? ` by ${who}` : ''}`);
    case 'opened':
    case 'assigned':
    case 'held':
      return full(`This lead is ${STATE[state]}${who ? ` (${who}${when})` : ''}`);
  }
}

function reasonWords(reason: string): string {
  return Object.entries(REJECT_REASONS).find(([key]) => key === reason)?.[1] ?? reason;
}
