/** Telephone numbers as people type them, read by one set of rules wherever Baton offers to dial. Pure. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { countryCode } from './regions.ts';

/** One number of what was typed; without `uri` nobody can be sure of it, and it is only shown. */
export interface TypedNumber {
  text: string;
  /** RFC 3966: `tel:+442079460000;ext=12`. */
  uri?: string;
}

/** Longer text holds no number to dial; it is shown, not read. */
const LONGEST = 200;
const SEVERAL = /[;,|\n]|\s\/\s|\s(?:or|and|oder|und|ou|et)\s/i;

/**
 * The numbers in a phone field, in order. "+44 (0)20 …" loses its 0, "x 9" becomes an extension, "a / b" is two
 * numbers, "1-800-FLOWERS" none to be sure of.
 * @param country of the lead, by name or code: a number without "+" is read as one of that country, else not at all
 */
export function numbersIn(typed: string, country: string | undefined): TypedNumber[] {
  const text = typed.trim();
  if (text === '') return [];
  if (text.length > LONGEST) return [{ text }];
  const code = countryCode(country);
  const home = code !== undefined && isSupportedCountry(code) ? code : undefined;
  const parts = text
    .split(SEVERAL)
    .map(part => part.trim())
    .filter(Boolean);
  // Only where each part could be called by itself: an extension behind a comma belongs to its number.
  const numbers = parts.map(part => read(part, home));
  const isSeveral = parts.length > 1 && numbers.every(number => number.uri !== undefined);
  return isSeveral ? numbers : [read(text, home)];
}

function read(text: string, home: CountryCode | undefined): TypedNumber {
  const number = parsePhoneNumberFromString(text, { extract: false, ...(home && { defaultCountry: home }) });
  return number?.isPossible() ? { text, uri: number.getURI() } : { text };
}
