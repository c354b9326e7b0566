/**
 * What is known of somebody who has just sent a form. Only one whose answers make an MQL is worth asking about: the CRM,
 * the platforms that may know of an opt-out, and the enrichers are then asked side by side, each for two seconds at most,
 * and whatever came is gone on with.
 */
import type { Source } from '../../contracts/source.ts';
import { withPlatform } from '../../domain/form/contact.ts';
import type { Contact } from '../../domain/lead.ts';
import { MINUTE } from '../../lib/clock.ts';
import { toError } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { askedIn } from '../judge/capture.ts';
import { type Gathered, type GatherInput, gather, within } from './gather.ts';

/** Undefined when the forms are not there any more. One round trip, and nobody outside, for one that makes no MQL. */
export async function gatherForm(deps: Deps, input: GatherInput): Promise<Gathered | undefined> {
  const read = await input.source.contact(input.signal.contactId);
  if (!read) return undefined;
  const contact = confirmable(read, input);
  const { isMql } = askedIn(contact, input.versioned.playbook.capture);
  if (!isMql) return { failures: [], facts: { contact, company: { origin: {} }, missing: [] } };
  const hasty = { ...deps, patience: { ...deps.patience, match: Math.min(deps.patience.match, deps.patience.form) } };
  const source: Source = { ...input.source, contact: async () => contact };
  const [gathered, platforms] = await Promise.all([
    gather(hasty, { ...input, source, email: contact.email, enrichAtOnce: true }),
    platformsOf(deps, input, contact.email),
  ]);
  if (!gathered) return undefined;
  const known = platforms.known.reduce(withPlatform, confirmed(contact, platforms.known));
  return {
    failures: [...gathered.failures, ...platforms.failures],
    facts: {
      ...gathered.facts,
      contact: known,
      ...(platforms.known.length > 0 && {
        platforms: platforms.known.map(({ source: name, id }) => ({ source: name, contactId: id })),
      }),
      ...(platforms.silent.length > 0 && { unchecked: platforms.silent }),
    },
  };
}

/** Whoever is not connected will never confirm anything. */
function confirmable(contact: Contact, { vendors }: GatherInput): Contact {
  const { unconfirmedBy, ...rest } = contact;
  return unconfirmedBy !== undefined && Object.hasOwn(vendors.sources, unconfirmedBy) ? contact : rest;
}

/** The platform may note a form a little before or after the page tells of it. */
const ABOUT = 15 * MINUTE;

/** The platform noted a form of the person at that time: nobody who merely read the page made it up. Pure. */
export function confirmed(contact: Contact, known: readonly Contact[]): Contact {
  const { unconfirmedBy, ...rest } = contact;
  const sentAt = Date.parse(contact.activities.find(({ type }) => type === 'form')?.at ?? '');
  const noted = known.some(
    ({ source, activities }) =>
      source === unconfirmedBy &&
      activities.some(({ type, at }) => type === 'form' && Math.abs(Date.parse(at) - sentAt) <= ABOUT),
  );
  return noted ? rest : contact;
}

interface Platforms {
  known: Contact[];
  /** Names of those that gave no answer in time. */
  silent: string[];
  failures: Error[];
}

/** Every platform that can be asked by address, at once. */
async function platformsOf(
  deps: Deps,
  { vendors }: Pick<GatherInput, 'vendors'>,
  email: string | undefined,
): Promise<Platforms> {
  const found: Platforms = { known: [], silent: [], failures: [] };
  if (!email) return found;
  const asked = Object.entries(vendors.sources).map(async ([name, source]) => {
    if (!source?.contactByEmail) return;
    try {
      const contact = await within(deps.patience.form, source.contactByEmail(email), name);
      if (contact) found.known.push(contact);
    } catch (thrown) {
      found.silent.push(name);
      found.failures.push(toError(thrown));
    }
  });
  await Promise.all(asked);
  // Whoever answers first tells nothing else than whoever answers last.
  found.known.sort((one, other) => one.source.localeCompare(other.source));
  return found;
}
