/** Small parts of English sentences. */

/** "Opportunity". */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "a lead", "an account". */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** "a lead", "a lead and a deal", "a lead, a contact and a deal". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const NUMBER = new Intl.NumberFormat('en-US');
const PLURAL = new Intl.PluralRules('en-US');

/** "1 lead", "1,200 leads". */
export const counted = (amount: number, noun: string): string =>
  `${NUMBER.format(amount)} ${noun}${PLURAL.select(amount) === 'one' ? '' : 's'}`;
