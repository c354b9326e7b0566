/**
 * Why something failed, as people in Slack read it. The raw text stays in the log, under the reference that stands beside
 * the sentence: vendors answer with codes, addresses and bodies, databases with statements.
 */
import {
  Ambiguous,
  BadInput,
  CredentialsRejected,
  Failure,
  RateLimited,
  Rejected,
  Unavailable,
  WorkerDied,
} from '../lib/errors.ts';
import { oneLine } from '../lib/text.ts';
import { serviceName } from './service-name.ts';

const LONGEST = 500;

/**
 * A clause without a full stop: the error's own words where they were written for people, else what its class says.
 * An error that is none of the classes is a fault of Baton's, of which nothing is repeated.
 */
export function failureReason(error: Error): string {
  if (error instanceof BadInput || error instanceof WorkerDied) return error.message;
  if (!(error instanceof Failure)) return 'something in Baton failed';
  return readable(error.message) ?? reasonOfClass(error);
}

/** The same of keys that somebody typed just now: they were never accepted. */
export function keysRefusedReason(error: Failure): string {
  if (!(error instanceof CredentialsRejected)) return failureReason(error);
  return readable(error.message) ?? `${serviceName(error.service)} does not accept this`;
}

/** What only machines say: where it stands in a text, nothing of the text is for people. */
const MACHINE_WORDS = [
  // Codes: ECONNREFUSED, HTTP 503, FIELD_INTEGRITY_EXCEPTION, System.NullPointerException, "answered 500".
  /\b(?:E[A-Z]{4,}|HTTP \d{3}|answered(?: with status)? \d{3}|[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+)+|\w+(?:Exception|Error))\b/,
  // Nothing but a code: "Slack: fatal_error".
  /^(?:\w+: )?[a-z]+(?:_[a-z]+)+$/,
  // JSON, markup, and what JavaScript makes of nothing.
  /[{}]|<\/?\w|&lt;|\[object |\bundefined\b|\bNaN\b/,
  // Paths of servers and APIs, addresses, places in a program.
  /(?<![\w<])\/[\w.-]+\/|\w:\/\/|\bat \S+:\d+|\.[jt]s:\d+|\bline \d+, column \d+/,
  // Statements and complaints of databases.
  /\bselect [^;]{1,200} from "?\w+"?(?: where\b| order by\b| limit\b| as "?\w|$)|\binsert into "?\w+"? ?\(|\bupdate "?\w+"? set\b|\bdelete from "?\w/i,
  /\bviolates\b.*\bconstraint\b|\b(?:relation|column) "/i,
  /\b(?:fetch failed|socket hang up|other side closed)\b/,
];

/** A code in front of words that somebody wrote for people: `FIELD_CUSTOM_VALIDATION_EXCEPTION: Say which region.` */
const LEADING_CODE = /\b[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+)+: ?/g;

/** What was asked and with which status it was answered, in front of the vendor's own words. */
const STATUS = /^(\w+) answered(?: with status)? \d{3}(?: to [^:]{1,200})?: /;

/** What a vendor wrote, as people may read it, without its code and full stop; undefined: it is nothing for people. */
export function readable(message: string): string | undefined {
  const text = oneLine(message.slice(0, 4 * LONGEST))
    .replace(STATUS, '$1: ')
    .replaceAll(LEADING_CODE, '')
    .replace(/\.$/, '')
    .slice(0, LONGEST);
  return text === '' || MACHINE_WORDS.some(words => words.test(text)) ? undefined : text;
}

function reasonOfClass(error: Failure): string {
  const name = serviceName(error.service);
  if (error instanceof Unavailable) return `${name} is not answering`;
  if (error instanceof RateLimited) return `${name} asks Baton to slow down`;
  if (error instanceof CredentialsRejected) return `${name} no longer accepts Baton’s access`;
  if (error instanceof Ambiguous) return `${name} has several records that fit`;
  return error instanceof Rejected ? `${name} refused it` : `${name} failed`;
}
