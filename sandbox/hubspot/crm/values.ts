/** What HubSpot takes for the value of a property. */
import type { Property } from '../schema.ts';

/** Why a property does not take this text: HubSpot's code and words; undefined: it does. */
export function whyWrong({ type, options, name }: Property, text: string): [string, string] | undefined {
  if (type === 'number' && !Number.isFinite(Number(text))) return ['INVALID_NUMBER', `${text} was not a valid number.`];
  if (type === 'bool' && !/^(true|false)$/.test(text)) return ['INVALID_BOOLEAN', `${text} was not a boolean.`];
  if ((type === 'datetime' || type === 'date') && iso(text) === '')
    return ['INVALID_DATE', `${text} was not a valid long.`];
  if (options && !options.includes(text)) {
    return ['INVALID_OPTION', `${text} was not one of the allowed options: [${options.join(', ')}]`];
  }
  if (name === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) return ['INVALID_EMAIL', `Email address ${text} is invalid`];
  return undefined;
}

/** ISO 8601 or milliseconds, as ISO 8601; empty when it is neither. */
export function iso(text: string): string {
  const date = new Date(/^\d+$/.test(text) ? Number(text) : text);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** `acme.com` of whatever address somebody typed for a company's domain. */
export function hostIn(text: string): string {
  const bare = text.trim().toLowerCase();
  const url = URL.parse(/^[a-z]+:\/\//.test(bare) ? bare : `https://${bare}`);
  return (url?.hostname ?? bare).replace(/^www\./, '');
}
