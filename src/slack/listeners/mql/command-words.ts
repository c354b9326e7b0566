/** Every word of `/mql`, in the order of the help. */
import { books } from '../books/books.ts';
import { privacy } from '../privacy/privacy.ts';
import { ask } from './ask.ts';
import type { Word } from './asked.ts';
import { away, back, handover } from './away.ts';
import { calls } from './calls.ts';
import { crm } from './crm.ts';
import { claim, nurture, reassign, release } from './decide.ts';
import { list } from './list.ts';
import { show, timeline, why } from './look.ts';
import { email, log, reject, snooze } from './modals.ts';
import { report } from './report.ts';
import { doctor, settings } from './service.ts';
import { stats } from './stats.ts';
import { simulate, test } from './trial.ts';

export const WORDS: readonly Word[] = [
  list,
  calls,
  show,
  why,
  timeline,
  claim,
  release,
  nurture,
  log,
  email,
  snooze,
  reassign,
  reject,
  handover,
  away,
  back,
  ask,
  stats,
  report,
  test,
  simulate,
  settings,
  doctor,
  books,
  crm,
  privacy,
];

const BY_NAME = new Map(WORDS.flatMap(word => [word.word, ...(word.aliases ?? [])].map(name => [name, word])));

/** The word of this name, or the one that people take this name for. */
export function wordNamed(name: string): Word | undefined {
  return BY_NAME.get(name);
}

/** What a mistyped word can be nearest to. */
export const NAMES: readonly string[] = ['help', ...BY_NAME.keys()];
