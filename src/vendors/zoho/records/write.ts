/** What a handoff becomes in Zoho: a lead, or a deal with a contact and their account. */
import type { CrmWrite, CrmWritten } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { SERVICE } from '../api/errors.ts';
import { MODULES } from '../api/ids.ts';
import { makeAccount, makeDeal } from './account.ts';
import { joinCampaign } from './campaign.ts';
import { followUpOn, noteToOwner } from './follow-up.ts';
import type { Finder } from './match.ts';
import { setOwner } from './owner.ts';
import { handoffField, knownPerson, newPerson } from './person.ts';
import { put, type Written } from './put.ts';
import { relocated } from './relocate.ts';

/**
 * Records are upserted by the handoff's own field, so that a retry finds what the last one made; accounts and activities
 * under keys that Baton keeps. Two calls for a lead, four for a deal with its account; fields are read once in ten minutes.
 */
export function writer(company: Company, find: Finder): (write: CrmWrite) => Promise<CrmWritten> {
  return async write => {
    const isDeal = write.mode === 'account_based' && write.existing?.kind !== 'lead';
    const written = isDeal ? await writeDeal(company, find, write) : await writePerson(company, find, write);
    return { ...written, warnings: [...new Set([...(write.unfilled ?? []), ...written.warnings])] };
  };
}

async function writePerson(company: Company, find: Finder, write: CrmWrite): Promise<CrmWritten> {
  const { existing } = write;
  const kind = existing?.kind ?? 'lead';
  const person = existing ? await updatePerson(company, write, existing) : await makePerson(company, write, 'lead');
  if (person === 'gone') return writeRelocated(company, find, write, { kind, id: existing?.id ?? '' });
  const followUp = await followUpOn(company, write, { [kind]: person.id });
  // Somebody converted or merged it in between: the follow-up must not be lost over that.
  if (existing && followUp.warnings.length > 0) {
    const now = await relocated(company, find, { kind, id: person.id }, write.person.email);
    if (now && now.record.id !== person.id) return writeRelocated(company, find, write, { kind, id: person.id });
  }
  const member = await joinCampaign(company, write, { kind, ...person });
  return {
    kind,
    id: person.id,
    created: person.created,
    ...(person.ownerRefused && { ownerRefused: true as const }),
    ...followUp.task,
    warnings: [...person.warnings, ...followUp.warnings, ...member],
  };
}

/** Whatever became of the record is the record from then on; of one that is nowhere any more another is made. */
async function writeRelocated(company: Company, find: Finder, write: CrmWrite, was: CrmPerson): Promise<CrmWritten> {
  const now = await relocated(company, find, was, write.person.email);
  const { existing: _gone, ...rest } = write;
  const word = was.kind === 'lead' ? 'Lead' : 'Contact';
  if (now?.record.id === was.id) {
    throw new Rejected(`Zoho CRM lets nobody change the ${word}`, { service: SERVICE, code: 'LOCKED' });
  }
  const written = await writePerson(company, find, { ...rest, ...(now && { existing: now.record }) });
  const said = now
    ? `The ${word} was converted or merged in Zoho CRM meanwhile: the record that stayed was updated.`
    : `The ${word} was deleted in Zoho CRM meanwhile: another was made.`;
  return { ...written, warnings: [said, ...written.warnings] };
}

const NEEDED = ['Last_Name'] as const;

async function makePerson(
  company: Company,
  write: CrmWrite,
  kind: 'lead' | 'contact',
  more: Record<string, unknown> = {},
): Promise<Written> {
  const { values, warnings } = await newPerson(company, write, kind);
  const owner = write.ownerId ?? (kind === 'lead' ? write.newOwnerId : undefined);
  const module = MODULES[kind];
  const key = handoffField(await company.schema.fields(module), kind === 'lead' ? 'Lead' : 'Contact');
  // A contact of this address is the same person, whoever made it meanwhile; a lead of it may be one that was given up.
  const by = kind === 'contact' && values.Email ? [key, 'Email'] : [key];
  const made = await put(company, module, {
    how: { kind: 'upsert', by },
    values: { ...values, ...more, ...(owner && { Owner: { id: owner } }) },
    what: kind === 'lead' ? 'Lead' : 'Contact',
    needed: [...NEEDED, key],
  });
  if (made === 'gone') throw new Rejected('Zoho CRM lets nobody change the record', { service: SERVICE, code: 'GONE' });
  return { ...made, warnings: [...warnings, ...made.warnings] };
}

/** One call, none when there is nothing to say. */
async function updatePerson(
  company: Company,
  write: CrmWrite,
  { kind, id }: CrmPerson,
  more: Record<string, unknown> = {},
): Promise<Written | 'gone'> {
  const { values, warnings } = await knownPerson(company, write, kind);
  const all = { ...values, ...more, ...(write.ownerId && { Owner: { id: write.ownerId } }) };
  if (Object.keys(all).length === 0) return { id, created: false, warnings };
  const how = { kind: 'update', id } as const;
  const what = kind === 'lead' ? 'Lead' : 'Contact';
  const done = await put(company, MODULES[kind], { how, values: all, what, needed: [] });
  return done === 'gone' ? done : { ...done, id, warnings: [...warnings, ...done.warnings] };
}

async function writeDeal(company: Company, find: Finder, write: CrmWrite): Promise<CrmWritten> {
  const account = await accountFor(company, find, write);
  const person = await contactFor(company, find, write, account.id);
  const { openDeal, made } = write;
  const also: NonNullable<CrmWritten['also']> = [...account.also];
  const warnings = [...account.warnings, ...person.warnings];
  let deal: string | undefined = made?.dealId;
  if (deal && write.newOwnerId) await setOwner(company, { kind: 'deal', id: deal }, write.newOwnerId);
  if (!made && !openDeal) {
    const one = await makeDeal(company, write, { contact: person.id, account: account.id });
    deal = one.id;
    also.push({ kind: 'deal', id: one.id, name: one.name, created: one.created });
    warnings.push(...one.warnings);
  }
  const followUp = await followUpOn(company, write, { contact: person.id, deal: deal ?? openDeal?.id });
  if (openDeal && !made) warnings.push(...(await noteToOwner(company, write, openDeal, person.id)));
  warnings.push(...(await joinCampaign(company, write, { kind: 'contact', ...person })));
  return {
    kind: 'contact',
    id: person.id,
    created: person.created,
    ...(person.ownerRefused && { ownerRefused: true as const }),
    ...followUp.task,
    also,
    ...(openDeal && !deal && { openDeal }),
    warnings: [...warnings, ...followUp.warnings],
  };
}

async function accountFor(company: Company, find: Finder, write: CrmWrite) {
  if (write.company) {
    const { id, name } = write.company;
    return { id, warnings: [], also: [{ kind: 'company' as const, id, ...(name && { name }), created: false }] };
  }
  const { id, name, created, warnings } = await makeAccount(company, find, write);
  return { id, warnings, also: [{ kind: 'company' as const, id, name, created }] };
}

/** Whoever is there is updated; of somebody merged away, the one that stayed; whoever is nowhere is made. */
async function contactFor(company: Company, find: Finder, write: CrmWrite, account: string): Promise<Written> {
  const { existing } = write;
  const link = { Account_Name: { id: account } };
  if (!existing) return makePerson(company, write, 'contact', link);
  const more = existing.homeless ? link : {};
  const known = await updatePerson(company, write, existing, more);
  if (known !== 'gone') return known;
  const now = await relocated(company, find, existing, write.person.email);
  const stayed = now?.record.kind === 'contact' && (await updatePerson(company, write, now.record, more));
  if (stayed && stayed !== 'gone') {
    const said = 'The Contact was merged in Zoho CRM meanwhile: the one that stayed was updated.';
    return { ...stayed, warnings: [said, ...stayed.warnings] };
  }
  const made = await makePerson(company, write, 'contact', link);
  return { ...made, warnings: ['The Contact was deleted in Zoho CRM meanwhile: another was made.', ...made.warnings] };
}
