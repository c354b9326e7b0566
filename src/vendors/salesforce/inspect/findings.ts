/** Making findings. */
import type { SetupFinding } from '../../../contracts/crm-setup.ts';
import type { OrgAnswer } from './facts.ts';

export type Finding = Omit<SetupFinding, 'about'>;

export const fine = (what: string): Finding => ({ level: 'fine', what });
export const warning = (what: string, fix?: string): Finding => ({ level: 'warning', what, ...(fix && { fix }) });
export const problem = (what: string, fix?: string): Finding => ({ level: 'problem', what, ...(fix && { fix }) });

/** The findings of an answer; where the org gave none, that is said, and what to do about it. */
export function given<T>(told: OrgAnswer<T>, what: string, judge: (value: T) => Finding[]): Finding[] {
  if ('value' in told) return judge(told.value);
  return [
    warning(
      `${what} could not be checked: ${told.why}.`,
      'Ask your Salesforce admin to look, or to give the user Baton acts as “View Setup and Configuration”, and check again.',
    ),
  ];
}

/** What is wrong, or one line that nothing is. */
export function orFine(findings: readonly Finding[], what: string): Finding[] {
  return findings.length > 0 ? [...findings] : [fine(what)];
}

const MOST_NAMES = 12;

/** "A, B and 3 more". */
export function names(all: readonly string[]): string {
  const shown = all.slice(0, MOST_NAMES);
  const more = all.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** "1 rule", "2 rules". */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
