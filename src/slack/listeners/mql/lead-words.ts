/** A lead as people name it, made into what is looked for; and who of those found is meant. Pure. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { unquoted } from './typed.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const ADDRESS = /[^\s<>,;:"'()|]+@[^\s<>,;:"'()|]+\.[^\s<>,;:"'()|.]+/;
/** Nothing anybody is called is longer. */
const LONGEST = 200;

/** What the look-up takes: an id, a link, an address, or words of a name or company. Empty when nothing is named. */
export function lookedFor(said: string): string {
  const text = unquoted(said).slice(0, LONGEST * 5);
  const [id] = UUID.exec(text) ?? [];
  if (id) return id.toLowerCase();
  if (/^https?:\/\//.test(text)) return text.slice(0, LONGEST);
  const [address] = ADDRESS.exec(text.replace(/^mailto:/i, '')) ?? [];
  if (address) return address.toLowerCase().slice(0, LONGEST);
  const words = text
    .replace(/[?!.,;:]+$/, '')
    .split(/\s+/)
    .filter(Boolean);
  // "Emma at Acme", "Emma from Acme", "Emma Thompson (Acme)".
  const telling = words
    .map(word => word.replace(/^[("]+|[)",]+$/g, ''))
    .filter(word => word && !FILLERS.has(word.toLowerCase()));
  return (telling.length > 0 ? telling : words).join(' ').slice(0, LONGEST);
}

const FILLERS = new Set(['at', 'from', '@', 'of', '-', '–', '—', 'lead']);

export type Meant =
  | { kind: 'none' }
  | { kind: 'one'; lead: HandoffSummary }
  /** One handoff a person, the newest of each. */
  | { kind: 'ambiguous'; leads: HandoffSummary[] };

/** Several handoffs of one person are no question: the newest is meant; nor is a name or an address that fits exactly. */
export function whoIsMeant(found: readonly HandoffSummary[], text: string): Meant {
  const people = [...Map.groupBy(found, lead => lead.email).values()].flatMap(([newest]) => (newest ? [newest] : []));
  const wanted = text.toLowerCase();
  const exact = people.filter(({ id, email, name }) => [id, email, name.toLowerCase()].includes(wanted));
  const [only, ...others] = exact.length === 1 ? exact : people;
  if (!only) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', lead: only } : { kind: 'ambiguous', leads: people };
}
