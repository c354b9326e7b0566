import { phraseIndex, words } from './judge-words.ts';

/** Names of one industry that share no word. */
const SAME: Record<string, string> = { tech: 'technology', it: 'information technology', saas: 'software' };

/**
 * The first of `wanted` that an industry is: case, spacing and underscores aside, as whole words. "COMPUTER_SOFTWARE" is
 * Software; "Biotechnology" is no Technology.
 */
export function matchingIndustry(industry: string, wanted: readonly string[]): string | undefined {
  const known = spelled(industry);
  return wanted.find(one => phraseIndex(known, spelled(one)) >= 0);
}

function spelled(industry: string): string[] {
  const all = words(industry);
  const whole = all.join(' ');
  return Object.hasOwn(SAME, whole) ? (SAME[whole] ?? whole).split(' ') : all;
}
