/** Reads a question in words into an object, or says which of its words nobody read. Never guesses. Pure. */

import { followUp, isFragment } from './follow-up.ts';
import type { QuestionAsker, QuestionDirectory } from './known-values.ts';
import { ACTIONS } from './phrases/other-phrases.ts';
import { type Composed, measuredFrom } from './question-compose.ts';
import { type Measured, type QuestionObject, questionObject, type Refused } from './question-object.ts';
import { withinRights } from './question-rights.ts';
import { type Segment, scan } from './question-scan.ts';
import { type Slots, slotsOf } from './question-slots.ts';
import { tokensOf } from './question-tokens.ts';

export interface ReadHere {
  now: Date;
  /** Of the asker's calendar. */
  zone: string;
  /** What was asked last in the same thread. */
  before?: Measured;
}

/** Takes about 0.1 ms a question; asks nobody. */
export function readQuestion(text: string, directory: QuestionDirectory, here: ReadHere): QuestionObject {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return { ask: 'measure' };
  const segments = scan(tokens, directory, here);
  const slots = slotsOf(segments);
  const answer =
    slots.has('refuse') || isAction(segments)
      ? refusal(slots, segments)
      : read(text, segments, slots, { ...here, asker: directory.asker });
  const checked = 'measure' in answer ? withinRights(answer, directory.asker, directory.playbook) : answer;
  return questionObject.parse(checked);
}

/** Behind a verb these make it a noun: "reject reasons", "claim time". */
const THINGS: ReadonlySet<string> = new Set([
  'reason',
  'reasons',
  'rate',
  'rates',
  'time',
  'times',
  'speed',
  'by',
  'per',
  'open',
  'over',
  '',
]);

function isAction(segments: readonly Segment[]): boolean {
  const POLITE =
    /^(?:(?:please|pls|hey|hi|hello|baton|can|could|would|will|you|i|want|to|need|just|ok|okay|and|then|now|let us|go ahead)(?: |$))*/;
  const words = segments
    .map(segment => segment.words)
    .join(' ')
    .replace(POLITE, '');
  const [first = '', second = ''] = words.split(' ');
  if (THINGS.has(second)) return false;
  if (/^(?:send|give|remind|notify|email|mail|message|text|ping) me\b/.test(words)) return false;
  return ACTIONS.includes(first) || /^(?:send|give|move|put) .+ (?:to|on|into) /.test(words);
}

function refusal(slots: Slots, segments: readonly Segment[]): QuestionObject {
  if (isAction(segments)) return { refuse: 'action' };
  const [first] = slots.all('refuse');
  return { refuse: first as Refused };
}

function read(
  text: string,
  segments: readonly Segment[],
  slots: Slots,
  { asker, ...here }: ReadHere & { asker: QuestionAsker },
): QuestionObject {
  if (slots.has('ask') && slots.unread.length === 0) return { ask: 'measure' };
  if (slots.unread.length > 0) return leadIn(text, slots) ?? { unread: slots.unread };
  if (slots.isAmbiguous) return { ask: 'who' };
  const composed = measuredFrom(segments, slots, asker);
  if (here.before && isFragment(text, slots)) return followUp(here.before, composed, slots);
  return settled(composed, slots);
}

function settled(composed: Composed, slots: Slots): QuestionObject {
  if ('unread' in composed || 'ask' in composed) return composed;
  const says = slots.has(
    'noun',
    'status',
    'measure',
    'by',
    'contact',
    'claim',
    'respond',
    'priority',
    'flag',
    'employees',
  );
  const names = slots.has('show') && slots.has('rep', 'team', 'lead_source', 'campaign', 'region', 'country', 'me');
  const isRange =
    'question' in composed && Boolean(composed.question.where?.employees ?? composed.question.where?.score);
  return says || names || isRange ? composed.question : { ask: 'measure' };
}

const ABOUT_LEAD =
  /^(?:so |and |hey |please )*(?:what (?:has |)(?:happened|happens|is happening|became|is going on|is up|is new)(?: to| with| of)|what is the (?:status|story|history|state) (?:of|with|on)|status of|history of|timeline (?:of|for)|(?:show me|show|see) the (?:timeline|history|story) (?:of|for)|who (?:owns|has|got|holds|is working|is handling)|tell me (?:more )?about|where is|any news (?:on|about|of)|look up|look for|find|how is)\s+(.+)$/i;

/** A lead by name: what is not read behind "what happened to", when none of it is a word of ours. */
function leadIn(text: string, { unread, has }: Slots): QuestionObject | undefined {
  const plain = tokensOf(text)
    .map(({ raw }) => raw)
    .join(' ');
  const named = ABOUT_LEAD.exec(plain)?.[1];
  if (named === undefined || has('noun', 'period', 'measure', 'status', 'neg')) return undefined;
  const words = named
    .toLowerCase()
    .split(' ')
    .filter(word => !['the', 'a', 'our', 'lead', 'from', 'at', 'to'].includes(word));
  const isAllUnread = words.every(
    word => unread.includes(word) || /^\p{Lu}/u.test(named.split(' ').find(raw => raw.toLowerCase() === word) ?? ''),
  );
  if (!isAllUnread) return undefined;
  const original = new RegExp(`${named.split(' ').map(escaped).join('[^\\p{L}\\p{N}]+')}`, 'iu').exec(text)?.[0];
  return { lead: (original ?? named).replace(/^the /i, '').replace(/ lead$/i, '') };
}

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
