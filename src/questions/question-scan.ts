/** Cuts a question into phrases, known values, periods and numbers: every word is one of them, or unread. Pure. */

import { CAPITALS_ONLY, type Label, labelsOf, placeLabels, type QuestionDirectory } from './known-values.ts';
import { GROUP_PHRASES, GROUPING_PHRASES, SLOT_NOUNS } from './phrases/group-phrases.ts';
import { MEASURE_PHRASES } from './phrases/measure-phrases.ts';
import { FILLERS, REFUSED_PHRASES } from './phrases/other-phrases.ts';
import { type Effect, type Phrase, phrasesOf } from './phrases/phrase-table.ts';
import { STATUS_PHRASES } from './phrases/status-phrases.ts';
import { matchersAt } from './question-numbers.ts';
import type { Token } from './question-tokens.ts';

/** A piece of a question. `effects` empty: nobody read it. */
export interface Segment {
  effects: readonly Effect[];
  words: string;
  raw: string;
  /** Names several things alike. */
  isAmbiguous?: boolean;
}

/** In the order in which a phrase that stands in several is read. */
const TABLES = [STATUS_PHRASES, MEASURE_PHRASES, REFUSED_PHRASES, GROUPING_PHRASES, GROUP_PHRASES, SLOT_NOUNS, FILLERS];

const MOST_WORDS = 12;

interface Index {
  phrases: ReadonlyMap<string, readonly Effect[]>;
}

const CRM_WORD = 'crm';

function indexOf(crms: readonly string[]): Index {
  const phrases = new Map<string, readonly Effect[]>();
  const add = ({ words, effects }: Phrase) => {
    const text = words.join(' ');
    if (text !== '' && !phrases.has(text)) phrases.set(text, effects);
  };
  for (const phrase of phrasesOf(TABLES)) {
    const at = phrase.words.indexOf('CRM');
    if (at < 0) add(phrase);
    else
      for (const name of [CRM_WORD, ...crms])
        add({ ...phrase, words: phrase.words.toSpliced(at, 1, ...name.split(' ')) });
  }
  return { phrases };
}

const indexes = new Map<string, Index>();

/** Built at the first question, once for the CRMs there are. */
function indexFor(crms: readonly string[]): Index {
  const key = crms.join('|');
  const index = indexes.get(key) ?? indexOf(crms);
  indexes.set(key, index);
  return index;
}

interface Found {
  effects: readonly Effect[];
  length: number;
  isAmbiguous?: boolean;
}

const UNREAD_COST = 1_000;

/** The fewest pieces that read the most words; among as many, longer ones. */
export function scan(
  tokens: readonly Token[],
  directory: QuestionDirectory,
  here: { now: Date; zone: string },
): Segment[] {
  const { phrases } = indexFor(directory.systems.filter(({ isCrm }) => isCrm).map(({ label }) => label.toLowerCase()));
  const names = namesFor(directory);
  const best: { cost: number; found: Found }[] = [];
  best[tokens.length] = { cost: 0, found: { effects: [], length: 0 } };
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const rest = (length: number) => best[at + length]?.cost ?? 0;
    let choice = { cost: UNREAD_COST + rest(1), found: { effects: [], length: 1 } as Found };
    for (const found of candidatesAt(tokens, at, phrases, names, here)) {
      const cost = costOf(found) + rest(found.length);
      if (cost < choice.cost) choice = { cost, found };
    }
    best[at] = choice;
  }
  return walk(tokens, best);
}

function costOf({ effects, length }: Found): number {
  const isFiller = effects.every(({ kind }) => kind === 'filler');
  return (isFiller ? 1.2 : 1) - length * length * 0.001;
}

function walk(tokens: readonly Token[], best: readonly { found: Found }[]): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = best[at]?.found ?? { effects: [], length: 1 };
    const own = tokens.slice(at, at + found.length);
    segments.push({
      effects: found.effects,
      words: own.map(({ word }) => word).join(' '),
      raw: own.map(({ raw }) => raw).join(' '),
      ...(found.isAmbiguous && { isAmbiguous: true }),
    });
    at += found.length;
  }
  return segments;
}

type Labels = ReadonlyMap<string, readonly Effect[]>;

let places: Labels | undefined;

/** What a name may stand for, in the workspace and in the world. */
function namesFor(directory: QuestionDirectory): (text: string) => readonly Effect[] | undefined {
  places ??= byText(placeLabels());
  const world = places;
  const own = byText(labelsOf(directory));
  return text => {
    const [one, other] = [own.get(text), world.get(text)];
    return one && other ? [...one, ...other] : (one ?? other);
  };
}

function byText(labels: readonly Label[]): Labels {
  const found = new Map<string, Effect[]>();
  for (const { words, effect } of labels) {
    const text = words.join(' ');
    const known = found.get(text) ?? [];
    if (!known.some(one => one.kind === effect.kind && one.value === effect.value)) found.set(text, [...known, effect]);
  }
  return found;
}

function* candidatesAt(
  tokens: readonly Token[],
  at: number,
  phrases: Index['phrases'],
  names: (text: string) => readonly Effect[] | undefined,
  here: { now: Date; zone: string },
): Generator<Found> {
  const words = tokens.slice(at, at + MOST_WORDS).map(({ word }) => word);
  yield* matchersAt(words.join(' '), here);
  for (let length = 1; length <= words.length; length += 1) {
    const text = words.slice(0, length).join(' ');
    const phrase = phrases.get(text);
    const label = names(text);
    const isName = label && isMeant(tokens, at, length, phrase !== undefined);
    if (isName) yield { ...meaning(label), length };
    if (phrase && !(isName && isCapital(tokens[at]))) yield { effects: phrase, length };
  }
}

/** Short words and words of ours are names in capitals alone. */
function isMeant(tokens: readonly Token[], at: number, length: number, isPhrase: boolean): boolean {
  const first = tokens[at];
  if (!first || length > 1) return true;
  if (CAPITALS_ONLY.has(first.word)) return first.raw === first.raw.toUpperCase();
  return !isPhrase || (at > 0 && isCapital(first));
}

const isCapital = (token: Token | undefined) => token !== undefined && /^\p{Lu}/u.test(token.raw);

/** A lead source before a campaign of its name; people and places of one name are told apart by asking. */
function meaning(effects: readonly Effect[]): Pick<Found, 'effects' | 'isAmbiguous'> {
  const [first] = effects;
  if (!first) return { effects };
  const order = ['team', 'lead_source', 'campaign', 'region', 'industry', 'country'];
  const people = effects.filter(({ kind }) => kind === 'rep');
  if (people.length > 1 || (people.length === 1 && effects.length > 1)) return { effects, isAmbiguous: true };
  const [chosen = first] = effects.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  return { effects: [chosen] };
}
