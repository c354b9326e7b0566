/** Something that a write builds upon was merged, converted or deleted: what takes its place. */

import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { matcher } from '../records/match.ts';
import { personByEmail } from '../records/person.ts';
import { currentRecord, type Fate, fatesOf, type KnownRecord as Record } from '../records/relocated.ts';
import { accountsAmong, contactIs } from './known.ts';
import type { Attempt, KnownRecords } from './plan.ts';

/** What is known instead, and what is said of it. */
interface Found {
  known: KnownRecords;
  note: string;
}

/**
 * A refusal hardly ever says which of the records it means, so all of them are looked at. One is replaced at a time:
 * the next try is told of the others. Undefined: all are there, and the refusal means something else.
 */
export async function replaceDeleted(org: Org, attempt: Attempt): Promise<Found | undefined> {
  const records = buildsUpon(attempt.known);
  if (records.length === 0) return undefined;
  const fates = await fatesOf(org, records);
  const at = fates.findIndex(fate => fate?.kind !== 'here');
  const gone = records[at];
  if (!gone) return undefined;
  if (gone.object === 'Account') return otherAccount(org, attempt, fates[at]);
  if (gone.object === 'Opportunity') return otherDeal(org, attempt);
  return otherPerson(org, attempt, { object: gone.object, id: gone.id });
}

/** The person first: whose account counts, hangs on who it is. */
function buildsUpon({ lead, contact, account, ownDeal, openDeal }: KnownRecords): Record[] {
  const deal = ownDeal ?? openDeal;
  return [
    ...(lead ? [{ object: 'Lead' as const, id: lead.id }] : []),
    ...(contact && !lead ? [{ object: 'Contact' as const, id: contact.id }] : []),
    ...(account ? [{ object: 'Account' as const, id: account.id }] : []),
    ...(deal ? [{ object: 'Opportunity' as const, id: deal.id }] : []),
  ];
}

/** Merged or converted records are followed; another of the same address goes before a new contact. */
async function otherPerson(org: Org, attempt: Attempt, gone: Who): Promise<Found> {
  const now = await currentRecord(org, gone);
  const { lead: _lead, contact: _contact, ...rest } = attempt.known;
  const without = { ...attempt, known: rest };
  const was = `The ${gone.object} was`;
  if (now) {
    const note = `${was} merged or converted meanwhile: the ${now.object} it became was used.`;
    if (now.object === 'Lead') return { known: { ...rest, lead: { id: now.id, own: false } }, note };
    return { known: await contactIs(org, without, now.id), note };
  }
  const { best } = await personByEmail(org, attempt.write.person.email);
  if (best?.object !== 'Contact' || best.id === gone.id) {
    return { known: rest, note: `${was} deleted meanwhile: a new contact was made.` };
  }
  const note = `${was} deleted meanwhile: the Contact of the same address was used.`;
  return { known: await contactIs(org, without, best.id), note };
}

/** The one it was merged into, else another of the company, else none: then one is made. */
async function otherAccount(org: Org, attempt: Attempt, fate: Fate): Promise<Found> {
  const { account: _gone, openDeal: _open, ...rest } = attempt.known;
  const without = { ...attempt, known: rest };
  const merged = fate?.kind === 'became' && (await accountsAmong(org, without, [fate.now.id]));
  if (merged) {
    const note = `The account was merged meanwhile: “${merged.account.name}” was used.`;
    return { known: settled(attempt, merged), note };
  }
  const found = await accountsAmong(org, without, await accountsOf(org, attempt));
  if (found) {
    const note = `The account is gone: “${found.account.name}”, another of the company, was used.`;
    return { known: settled(attempt, found), note };
  }
  const note = rest.lead ? 'The account is gone: the lead hangs on none.' : 'The account is gone: another was made.';
  return { known: settled(attempt, rest), note };
}

/** Nobody's account is a test's own. */
async function accountsOf(org: Org, { write: { person, domain, isTest } }: Attempt): Promise<string[]> {
  if (isTest) return [];
  const { email, company } = person;
  const { company: account } = await matcher(org)({ email, ...(domain && { domain }), ...(company && { company }) });
  return account.kind === 'none' ? [] : [account.record.id];
}

/** What people took away is not made again; whose deal it was before the first write, nobody had promised. */
async function otherDeal(org: Org, attempt: Attempt): Promise<Found> {
  const { ownDeal, openDeal: _open, ...rest } = attempt.known;
  if (ownDeal || attempt.write.made) {
    return {
      known: { ...rest, noDeal: true },
      note: 'The opportunity is gone: no other was made in its place.',
    };
  }
  const known = rest.account && (await accountsAmong(org, { ...attempt, known: rest }, [rest.account.id]));
  return { known: known ?? rest, note: 'The opportunity that was open is gone.' };
}

/** A later write makes no deal that the first had not made. */
function settled({ write }: Attempt, known: KnownRecords): KnownRecords {
  return write.made && !known.ownDeal && !known.openDeal ? { ...known, noDeal: true } : known;
}
