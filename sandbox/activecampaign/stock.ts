/** What an account holds, in memory: contacts, their scores, fields, tags, lists, notes, and what was tracked. */
import type { Clock } from '../../src/lib/clock.ts';

export interface Score {
  value: number;
  cdate: string;
  mdate: string;
}

export interface Log {
  id: string;
  type: string;
  value: string;
  tstamp: string;
  hash: string;
}

export interface Contact {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  cdate: string;
  udate: string;
  /** By number of the field. */
  fields: Map<string, string>;
  tags: Set<string>;
  /** Status by number of the list: 1 is subscribed, 2 is not any more. */
  lists: Map<string, string>;
  scores: Map<string, Score>;
  logs: Log[];
  notes: { id: string; note: string }[];
}

export interface Field {
  id: string;
  title: string;
  perstag: string;
}

const FIELDS = ['Job Title', 'Company', 'Website', 'City', 'State', 'Country', 'Lead Source'];
export const perstagOf = (title: string): string => title.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');

export type Stock = ReturnType<typeof createStock>;

/** Whoever is told of what happens. */
interface Listener {
  scoreChanged(contact: Contact, before: number, score: number): void;
  happened(type: string, contact: Contact, from: string, extra: Record<string, string>): void;
}

export function createStock(clock: Clock, webhook: Listener) {
  const contacts = new Map<number, Contact>();
  const fields: Field[] = FIELDS.map((title, at) => ({ id: String(at + 1), title, perstag: perstagOf(title) }));
  const scores = [{ id: '2', name: 'Engagement' }];
  const tags = new Map<string, string>();
  const lists = new Map<string, string>([
    ['1', 'Newsletter'],
    ['2', 'Product news'],
  ]);
  const automations = new Map([['12', 'Nurture']]);
  const inactive = new Set<string>();
  /** Who went into which automation, each time. */
  const entries: { id: string; contact: string; automation: string }[] = [];
  let last = 0;
  let lastOther = 100;
  // Whole seconds, in the account's own zone.
  const iso = (at: Date) => `${new Date(at.getTime() - 6 * 3_600_000).toISOString().slice(0, 19)}-06:00`;
  const now = () => iso(clock.now());
  const nextId = () => {
    lastOther += 1;
    return String(lastOther);
  };

  return {
    contacts,
    fields,
    scores,
    tags,
    lists,
    automations,
    inactive,
    entries,
    now,
    iso,
    nextId,
    byEmail: (email: string) => [...contacts.values()].find(one => one.email.toLowerCase() === email.toLowerCase()),
    create(email: string): Contact {
      last += 1;
      const at = now();
      const own = {
        fields: new Map(),
        tags: new Set<string>(),
        lists: new Map(),
        scores: new Map(),
        logs: [],
        notes: [],
      };
      const made = { id: last, email, firstName: '', lastName: '', phone: '', cdate: at, udate: at, ...own };
      contacts.set(last, made);
      return made;
    },
    /** Above the threshold of the automation it tells. */
    setScore(contact: Contact, id: string, value: number): void {
      const before = contact.scores.get(id);
      if (before?.value === value) return;
      contact.scores.set(id, { value, cdate: before?.cdate ?? now(), mdate: now() });
      webhook.scoreChanged(contact, before?.value ?? 0, value);
    },
    addField(title: string): Field {
      const field = { id: String(fields.length + 1), title, perstag: perstagOf(title) };
      fields.push(field);
      return field;
    },
    tagIdOf(name: string): string {
      const known = [...tags].find(([, tag]) => tag === name)?.[0];
      const id = known ?? nextId();
      tags.set(id, name);
      return id;
    },
    tell: (type: string, contact: Contact, from: 'public' | 'admin' | 'api', extra: Record<string, string> = {}) =>
      webhook.happened(type, contact, from, extra),
    merge(winner: number, loser: number): void {
      const [stays, goes] = [contacts.get(winner), contacts.get(loser)];
      if (!stays || !goes) return;
      stays.logs.push(...goes.logs);
      stays.email = goes.email;
      contacts.delete(loser);
    },
  };
}
