/** Texts of the first answer in words: whom each is for, and what is different in the list of them. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { WrittenAnswer } from './change.ts';

type When = WrittenAnswer['when'];
type TeamName = (key: string) => string;

const LONGEST = 120;

/** "HIGH leads of Mid-market SDRs who chose de"; "every lead". */
export function answerFor(when: When, teamOf: TeamName): string {
  const [priorities, teams, languages] = [when?.priority, when?.team, when?.language].map(listOf);
  const said = [
    ...(priorities?.length ? [`${priorities.join(' or ')} leads`] : []),
    ...(teams?.length ? [`of ${teams.map(teamOf).join(' or ')}`] : []),
    ...(languages?.length ? [`who chose ${languages.join(' or ')}`] : []),
  ].join(' ');
  if (said === '') return 'every lead';
  return priorities?.length ? said : `leads ${said}`;
}

/** What is different, a sentence each. */
export function answersDifference(old: readonly WrittenAnswer[], now: readonly WrittenAnswer[], teamOf: TeamName) {
  const called = (one: WrittenAnswer) => `First answer for ${answerFor(one.when, teamOf)}`;
  const removed = old.filter(one => !now.some(other => isDeepStrictEqual(one, other)));
  const added = now.filter(one => !old.some(other => isDeepStrictEqual(one, other)));
  if (removed.length === 1 && added.length === 1 && removed[0] && added[0]) {
    return [`${called(removed[0])}: ${changeIn(removed[0], added[0], called)}`];
  }
  const moved = removed.length + added.length === 0 && !isDeepStrictEqual(old, now);
  return [
    ...removed.map(one => `${called(one)} removed`),
    ...added.map(one => `${called(one)} added: ${clipped(one.subject)}`),
    ...(moved ? ['First answers in another order'] : []),
  ];
}

function changeIn(old: WrittenAnswer, now: WrittenAnswer, called: (one: WrittenAnswer) => string): string {
  const parts = [
    ...(called(old) === called(now) ? [] : [`now ${called(now).replace(/^First answer /, '')}`]),
    ...(old.subject === now.subject ? [] : [`subject ${clipped(old.subject)} → ${clipped(now.subject)}`]),
    ...(old.body === now.body ? [] : ['another text']),
  ];
  return parts.join(', ') || 'written differently';
}

function listOf(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}

function clipped(text: string): string {
  const letters = Array.from(text.replace(/\s+/g, ' ').trim());
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
}
