/** What a message in Slack tells of a lead: labelled lines of a form, a signature, or a name beside an address. Pure. */
import type { ManualLead } from '../../../domain/manual.ts';

/** As far as it could be read; `name` is whole. */
export type ReadLead = Partial<Omit<ManualLead, 'firstName' | 'lastName' | 'origin'>> & { name?: string };

/** Longer messages are told by their beginning. */
const MOST = 4_000;
const ADDRESS = /[\w.+'-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu;
/** A signature's lines around the address. */
const ABOVE = 5;
const BELOW = 2;

type Field = keyof ReadLead | 'first' | 'last';

const LABELS: [Field, RegExp][] = [
  ['first', /^first ?name$/],
  ['last', /^(last|family) ?name|surname$/],
  ['name', /^((full|contact|your) )?name|contact|lead$/],
  ['email', /^(work |business )?e-?mail( address)?$/],
  ['companySize', /^(company size|size|employees|(number|no) of employees|headcount)$/],
  ['company', /^(company|organi[sz]ation|account|employer)( name)?$/],
  ['title', /^((job )?title|role|position)$/],
  ['phone', /^(phone|mobile|cell|tel|telephone)( number)?$/],
  ['budget', /^budget$/],
  ['timeline', /^(timeline|time ?frame|when)$/],
  ['useCase', /^(use ?case|need|interest|project)$/],
];

/** `ours`: addresses that are no lead's. */
export function leadIn(message: unknown, ours: readonly string[]): ReadLead {
  const lines = linesOf(textIn(message));
  const labels = labelled(lines);
  const email = addressIn(labels.email ?? '', ours) ?? addressIn(lines.join('\n'), ours);
  const at = email === undefined ? -1 : lines.findIndex(line => line.toLowerCase().includes(email));
  const whole = [labels.first, labels.last].filter(Boolean).join(' ') || labels.name;
  const name = whole ?? nameAt(lines, at, email);
  const work = workAt(lines, at);
  const phone = phoneIn(labels.phone ?? '', true) ?? phoneIn(lines.join('\n'), false);
  const { budget, timeline, companySize, useCase } = labels;
  return without({
    email,
    name,
    title: labels.title ?? work.title,
    company: labels.company ?? work.company,
    phone,
    budget,
    timeline,
    companySize,
    useCase,
  });
}

/** The last word is the last name; "Lee, Sam" is Sam Lee. */
export function splitName(name: string | undefined): Pick<ManualLead, 'firstName' | 'lastName'> {
  const [last = '', first = '', ...more] = (name ?? '').split(',', 3).map(part => part.trim());
  const isReversed = last !== '' && first !== '' && more.length === 0;
  const words = (isReversed ? `${first} ${last}` : (name ?? '')).split(/\s+/).filter(Boolean);
  const family = words.length > 1 ? words.at(-1) : undefined;
  const given = (family === undefined ? words : words.slice(0, -1)).join(' ');
  return { ...(given && { firstName: given }), ...(family && { lastName: family }) };
}

function without<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as { [K in keyof T]?: string };
}

/** A person's message has its text; an app's form often only blocks or attachments. */
function textIn(message: unknown): string {
  const texts: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > 12 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value) visit(one, depth + 1);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      if (['text', 'value', 'title', 'fallback', 'pretext'].includes(key) && typeof inner === 'string')
        texts.push(inner);
      else if (['text', 'blocks', 'attachments', 'fields', 'elements'].includes(key)) visit(inner, depth + 1);
    }
  };
  const own = typeof message === 'object' && message !== null && 'text' in message ? message.text : undefined;
  if (typeof own === 'string' && own.includes('@')) return own;
  visit(message, 0);
  return texts.join('\n');
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** As a person reads it: links by what they say or lead to, nothing bold. */
function linesOf(text: string): string[] {
  return text
    .slice(0, MOST)
    .replace(/<(?:mailto|tel):([^<>|]+)(?:\|[^<>]*)?>/g, '$1')
    .replace(/<https?:[^<>|]+\|([^<>]+)>/g, '$1')
    .replace(/<(https?:[^<>|]+)>/g, '$1')
    .replace(/<[@#!][^<>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt);/g, entity => ENTITIES[entity] ?? entity)
    .replace(/[*~`]|(?<![\p{L}\d])_|_(?![\p{L}\d])/gu, '')
    .split(/\r?\n/)
    .map(line => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** "Name: Sam Lee", or a line "Name" above a line "Sam Lee". */
function labelled(lines: readonly string[]): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = {};
  for (const [at, line] of lines.entries()) {
    const [, label = '', here = ''] = /^[•\-–\s]*([\p{L} -]{2,24}?)\s*(?:[:=]\s*(.*))?$/u.exec(line) ?? [];
    const field = fieldOf(label);
    if (!field || found[field] !== undefined) continue;
    const below = lines[at + 1];
    const value = here || (below && !fieldOf(below.replace(/:.*$/, '')) ? below : '');
    if (value) found[field] = value;
  }
  return found;
}

function fieldOf(label: string): Field | undefined {
  const plain = label
    .trim()
    .toLowerCase()
    .replace(/[?:]+$/, '');
  return LABELS.find(([, pattern]) => pattern.test(plain) && plain.length <= 24)?.[0];
}

function addressIn(text: string, ours: readonly string[]): string | undefined {
  const all = [...text.matchAll(ADDRESS)].map(([address]) => address.toLowerCase().replace(/^'+|[.'-]+$/g, ''));
  return all.find(address => !ours.includes(address));
}

const GREETINGS =
  /^(hi|hello|hey|dear|best|kind|warm|many|thanks|thank|regards|cheers|sincerely|sent|from|to|cc|subject|new|re|fwd?)\b/i;

/** Two to four words, each with a capital: "Sam Lee", "Ana María de la Cruz". */
function isName(text: string): boolean {
  const words = text.split(' ');
  if (words.length < 2 || words.length > 5 || text.length > 60 || GREETINGS.test(text) || TITLE.test(text))
    return false;
  const capitals = words.filter(word => /^\p{Lu}[\p{L}.'’-]*$/u.test(word));
  return (
    capitals.length >= 2 &&
    words.every(word => /^(\p{Lu}[\p{L}.'’-]*|de|del|della|di|da|la|le|van|von|der|den|bin|al|y|e)$/u.test(word))
  );
}

/** Beside the address, in the signature around it, or in the address itself. */
function nameAt(lines: readonly string[], at: number, email: string | undefined): string | undefined {
  if (at < 0 || email === undefined) return undefined;
  const line = lines[at] ?? '';
  const before = line.slice(0, line.toLowerCase().indexOf(email)).replace(/[<("'\s|,:–—-]+$/, '');
  const beside = /((?:[\p{L}.'’-]+ ){1,4}[\p{L}.'’-]+)$/u.exec(before)?.[1]?.split(' ') ?? [];
  for (let start = 0; start < beside.length - 1; start += 1) {
    const words = beside.slice(start).join(' ');
    if (isName(words)) return words;
  }
  const above = lines.slice(Math.max(0, at - ABOVE), at).toReversed();
  const near = [...above, ...lines.slice(at + 1, at + 1 + BELOW)].flatMap(one => one.split(/\s*[|•]\s*|,\s+/));
  return near.find(isName) ?? nameInAddress(email);
}

function nameInAddress(email: string): string | undefined {
  const parts = email.slice(0, email.lastIndexOf('@')).replace(/\+.*$/, '').split(/[._]/);
  if (parts.length !== 2 || parts.some(part => !/^\p{L}{2,}$/u.test(part))) return undefined;
  return parts.map(part => `${part.charAt(0).toUpperCase()}${part.slice(1)}`).join(' ');
}

const TITLE =
  /\b(C[EFTIMRO]O|[SE]?VP|vice president|president|director|head of|chief|manager|founder|owner|partner|lead|engineer|analyst|consultant|coordinator|administrator)\b/i;

/** "VP Operations, Acme Corp" or "Director of IT at Foo" in the signature. */
function workAt(lines: readonly string[], at: number): { title?: string; company?: string } {
  if (at < 0) return {};
  const near = lines.slice(Math.max(0, at - ABOVE), at + 1 + BELOW).filter(line => line.length <= 100);
  const line = near.find(
    one => TITLE.test(one) && !GREETINGS.test(one) && !/[?!]|: /.test(one) && one.split(' ').length <= 10,
  );
  if (!line) return {};
  const [first = '', second] = line.split(/\s+(?:at|@|[|•–—-])\s+|,\s+/);
  const plain = second !== undefined && !/@|\d{4}/.test(second) ? second.replace(/[.,;]+$/, '') : undefined;
  if (!TITLE.test(first)) return {};
  return { title: first, ...(plain && { company: plain }) };
}

/** Dates and amounts have digits too: without a label a number must look like one to call. */
function phoneIn(text: string, certain: boolean): string | undefined {
  for (const [found] of text.matchAll(/(?<![\w.,$€£])\+?\(?\d[\d ().\-/]{5,22}\d(?![\w.,]\d)/g)) {
    const digits = found.replace(/\D/g, '').length;
    const looks = found.startsWith('+') || (digits >= 10 && /[ ().-]/.test(found));
    if (digits >= 7 && digits <= 15 && (certain || looks)) return found.trim();
  }
  return undefined;
}
