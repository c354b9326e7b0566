/** The door of a source: what it tells is put into order once, so that nobody behind it meets a broken address or time. */

import type { Contact } from '../domain/lead.ts';
import { valuesOfContact } from '../domain/lead-values.ts';
import type { Clock } from '../lib/clock.ts';
import { hideValues } from '../lib/hidden-values.ts';
import { indexKey, normalisedAddress } from '../lib/text.ts';
import { asImportant } from './shared-calls.ts';
import type { Signal, Source } from './source.ts';

/** Ids are digits or short codes everywhere; they stand in indices. */
const LONGEST_ID = 200;
/** No marketing platform is older: what claims to be from before was misread. */
const EARLIEST = Date.parse('1990-01-01T00:00:00Z');

/** The source, everything it tells of signals and contacts in order. Text is made storable by `asRole`. */
export function admittedSource(source: Source, clock: Clock): Source {
  const { poll, contactByEmail, glance, crossingsBetween } = source;
  // Not a copy: what is never asked of it need not be made, for each of thousands of workspaces.
  return Object.assign(Object.create(source) as Source, {
    read(...[request, receivedAt, refuse]: Parameters<Source['read']>) {
      const signals = source.read(request, receivedAt, refuse);
      return signals.flatMap(one => admittedSignal(one, receivedAt, refuse));
    },
    contact: async (id: string) =>
      hidden(admittedContact(await asImportant('urgent', () => source.contact(id)), clock.now())),
    ...(glance && { glance: (id: string) => asImportant('urgent', () => glance(id)) }),
    ...(contactByEmail && {
      contactByEmail: async (email: string) =>
        hidden(
          admittedContact(await asImportant('urgent', () => contactByEmail(normalisedAddress(email))), clock.now()),
        ),
    }),
    ...(crossingsBetween && {
      async crossingsBetween(...asked: Parameters<typeof crossingsBetween>) {
        const page = await asImportant('background', () => crossingsBetween(...asked));
        return { ...page, crossings: page.crossings.filter(({ contactId }) => contactId.length <= LONGEST_ID) };
      },
    }),
    ...(poll && {
      async poll(...asked: Parameters<typeof poll>) {
        const page = await asImportant('background', () => poll(...asked));
        return { ...page, signals: page.signals.flatMap(one => admittedSignal(one, clock.now())) };
      },
    }),
  });
}

/** Whatever fails from here on is logged without what is known of the contact. */
function hidden(contact: Contact | null): Contact | null {
  if (contact) hideValues(valuesOfContact(contact));
  return contact;
}

/**
 * One signal in order: nothing happens after it was received, keys fit into an index, and an id that cannot be one is
 * refused. Pure.
 */
export function admittedSignal(signal: Signal, receivedAt: Date, refuse?: (why: string) => void): Signal[] {
  const { contactId, email } = signal;
  if (contactId.length > LONGEST_ID) {
    refuse?.(`a contact's id has ${contactId.length} characters; the most is ${LONGEST_ID}`);
    return [];
  }
  const address = email === undefined ? undefined : normalisedAddress(email);
  return [
    {
      ...without(signal, 'email'),
      ...(address && { email: address }),
      occurredAt: (momentBy(signal.occurredAt, receivedAt) ?? receivedAt).toISOString(),
      dedupeKey: indexKey(signal.dedupeKey),
    },
  ];
}

/** A contact in order: its address as it is meant, and no history or activity of a time that is none. Pure. */
export function admittedContact(contact: Contact | null, now: Date): Contact | null {
  if (!contact) return null;
  const { email, otherEmails, scoreHistory, activities, ...rest } = contact;
  const address = email === undefined ? undefined : normalisedAddress(email);
  const others = (otherEmails ?? []).map(normalisedAddress).filter(Boolean);
  return {
    ...rest,
    ...(address && { email: address }),
    ...(others.length > 0 && { otherEmails: others }),
    scoreHistory: scoreHistory.flatMap(one => {
      const at = momentBy(one.at, now)?.toISOString();
      return at === undefined ? [] : [{ ...one, at }];
    }),
    activities: activities.filter(one => !Number.isNaN(Date.parse(one.at))),
  };
}

/** The moment a text names, no later than `latest`; undefined when it is none, or too long ago to be meant. */
function momentBy(text: string, latest: Date): Date | undefined {
  const at = Date.parse(text);
  if (!(at >= EARLIEST)) return undefined;
  return at > latest.getTime() ? latest : new Date(at);
}

function without<T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> {
  const { [name]: _left, ...rest } = value;
  return rest;
}
