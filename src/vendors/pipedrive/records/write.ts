/** What a handoff becomes in Pipedrive: a lead of a person, or a deal of a person and their organization. */

import type { CrmWrite, CrmWritten } from '../../../contracts/crm.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { idOf, numberIn } from '../api/ids.ts';
import { type About, makeActivity } from './activity.ts';
import { makeDeal, makeLead } from './deal.ts';
import { giveFollowUp, noteToOwner } from './follow-up.ts';
import { peopleWith } from './match.ts';
import { makeOrganization } from './organization.ts';
import { setOwner } from './owner.ts';
import { builtIn, makePerson, personFields, updatePerson, type WrittenPerson } from './person.ts';
import { convertedFrom, leadNow } from './successor.ts';
import { updateLead } from './update-lead.ts';

/**
 * Each thing is made once under its own key, so that a retry goes on where the last one ended. Three calls for a new
 * lead or one of a known person, four for a new deal; what was written before costs what changed.
 */
export function writer(company: Company): (write: CrmWrite) => Promise<CrmWritten> {
  return async write => {
    const isDeal = write.mode === 'account_based' && write.existing?.kind !== 'lead';
    const written = isDeal ? await writeDeal(company, write) : await writeLead(company, write);
    return { ...written, warnings: [...new Set([...(write.unfilled ?? []), ...written.warnings])] };
  };
}

async function writeLead(company: Company, write: CrmWrite): Promise<CrmWritten> {
  const { existing } = write;
  if (existing?.kind === 'lead') return writeKnownLead(company, write, existing.id);
  const organization = write.company && numberIn('company', write.company.id);
  const person = await personOf(company, write, organization);
  const before = existing && (await company.effects.made(`lead:${write.handoffId}`));
  if (before && !(await leadNow(company, before))) {
    // It was one already, and somebody converted it: what it became stays the record.
    return asContact(company, write, person);
  }
  const lead = await makeLead(company, write, { person: person.number, organization });
  const followUp = await followUpOn(company, write, { lead: lead.id, person: person.number, organization });
  return {
    kind: 'lead',
    id: lead.id,
    created: lead.created,
    ...followUp.task,
    warnings: [...person.warnings, ...lead.warnings, ...followUp.warnings],
  };
}

/** One call for the person, one for the lead when something of it changed. */
async function writeKnownLead(company: Company, write: CrmWrite, id: string): Promise<CrmWritten> {
  const number = company.personOfLead.get(id) ?? (await leadNow(company, id))?.person_id;
  if (number == null) return writeConverted(company, write, id);
  const { values, warnings } = await personFields(company, write, false);
  const [isThere, lead] = await Promise.all([
    updatePerson(company, number, builtIn(values)),
    updateLead(company, write, id),
  ]);
  if (lead === 'gone') {
    company.personOfLead.delete(id);
    return writeConverted(company, write, id);
  }
  if (!isThere) warnings.push('The Person of the Lead is gone from Pipedrive: only the Lead was updated.');
  const followUp = await followUpOn(company, write, { lead: id, ...(isThere && { person: number }) });
  // Somebody converted it since it was met.
  if (followUp.warnings.length > 0 && !(await leadNow(company, id))) return writeConverted(company, write, id);
  return {
    kind: 'lead',
    id,
    created: false,
    ...followUp.task,
    warnings: [...warnings, ...lead.warnings, ...followUp.warnings],
  };
}

/** The lead became a deal: the person is the record from then on. */
async function writeConverted(company: Company, write: CrmWrite, id: string): Promise<CrmWritten> {
  const converted = await convertedFrom(company, id);
  if (!converted) return writeDeleted(company, write);
  const written = await asContact(company, { ...write, existing: converted.person }, undefined, converted.deal);
  return {
    ...written,
    warnings: ['The Lead was converted to a Deal meanwhile: the Person was updated.', ...written.warnings],
  };
}

/** Somebody deleted it. One that Baton made is not made again behind their back: the person is the record from then on. */
async function writeDeleted(company: Company, write: CrmWrite): Promise<CrmWritten> {
  const { existing: _gone, ...rest } = write;
  const [person] = await peopleWith(company, write.person.email);
  const again = { ...rest, ...(person && { existing: { kind: 'contact' as const, id: idOf('contact', person.id) } }) };
  const wasMade = await company.effects.made(`lead:${write.handoffId}`);
  const written = wasMade ? await asContact(company, again) : await writeLead(company, again);
  const said = wasMade ? 'the Person was updated, and no other Lead was made' : 'another was made';
  return { ...written, warnings: [`The Lead was deleted in Pipedrive meanwhile: ${said}.`, ...written.warnings] };
}

/** The person alone is brought up to date, with the follow-up. */
async function asContact(company: Company, write: CrmWrite, known?: WrittenPerson, deal?: string): Promise<CrmWritten> {
  const person = known ?? (await personOf(company, write, undefined));
  const about = { person: person.number, ...(deal && { deal: numberIn('deal', deal) }) };
  const followUp = await followUpOn(company, write, about);
  return {
    kind: 'contact',
    id: idOf('contact', person.number),
    created: false,
    ...followUp.task,
    warnings: [...person.warnings, ...followUp.warnings],
  };
}

/** Whoever is there is updated; of somebody merged away, the one that stayed; whoever is nowhere is made. */
async function personOf(company: Company, write: CrmWrite, organization: number | undefined): Promise<WrittenPerson> {
  const { existing } = write;
  const number = existing && numberIn('contact', existing.id);
  if (number === undefined) return makePerson(company, write, organization);
  const { values, warnings } = await personFields(company, write, false);
  const changes = {
    ...builtIn(values),
    ...(write.ownerId && write.mode === 'account_based' && { owner_id: Number(write.ownerId) }),
    ...(existing?.homeless && organization !== undefined && { org_id: organization }),
  };
  if (await updatePerson(company, number, changes)) return { number, created: false, warnings };
  const [stayed] = await peopleWith(company, write.person.email);
  if (stayed && (await updatePerson(company, stayed.id, changes))) {
    warnings.push('The Person was merged in Pipedrive meanwhile: the one that stayed was updated.');
    return { number: stayed.id, created: false, warnings };
  }
  const made = await makePerson(company, write, organization);
  const said = 'The Person was deleted in Pipedrive meanwhile: another was made.';
  return { ...made, warnings: [said, ...made.warnings] };
}

async function writeDeal(company: Company, write: CrmWrite): Promise<CrmWritten> {
  const organization = await organizationFor(company, write);
  const person = await personOf(company, write, organization.number);
  const { openDeal, made } = write;
  const also: NonNullable<CrmWritten['also']> = organization.also;
  const warnings = [...organization.warnings, ...person.warnings];
  let deal: string | undefined = made?.dealId;
  if (deal && write.newOwnerId) await setOwner(company, { kind: 'deal', id: deal }, write.newOwnerId);
  if (!made && !openDeal) {
    const one = await makeDeal(company, write, { person: person.number, organization: organization.number });
    deal = one.id;
    also.push({ kind: 'deal', id: one.id, name: one.name, created: one.created });
    warnings.push(...one.warnings);
  }
  const about = {
    deal: numberIn('deal', deal ?? openDeal?.id ?? ''),
    person: person.number,
    organization: organization.number,
  };
  const followUp = await followUpOn(company, write, about);
  if (openDeal && !made) warnings.push(...(await noteToOwner(company, write, openDeal, about)));
  return {
    kind: 'contact',
    id: idOf('contact', person.number),
    created: person.created,
    ...followUp.task,
    also,
    ...(openDeal && !deal && { openDeal }),
    warnings: [...warnings, ...followUp.warnings],
  };
}

async function organizationFor(company: Company, write: CrmWrite) {
  const known = write.company && numberIn('company', write.company.id);
  if (write.company && known !== undefined) {
    const { id, name } = write.company;
    return {
      number: known,
      warnings: [],
      also: [{ kind: 'company' as const, id, ...(name && { name }), created: false }],
    };
  }
  const { id, name, created, warnings } = await makeOrganization(company, write);
  return {
    number: numberIn('company', id) ?? 0,
    warnings,
    also: [{ kind: 'company' as const, id, name, created }],
  };
}

/** What Pipedrive will not have of it is a warning: the record is there. */
async function followUpOn(company: Company, write: CrmWrite, about: About) {
  const { followUp, handoffId, person } = write;
  if (!followUp) return { task: {}, warnings: [] };
  const { subject, description, dueOn, ownerId, kind } = followUp;
  try {
    const { id, created } = await makeActivity(company, {
      key: handoffId,
      type: kind === 'call' ? 'call' : 'task',
      subject,
      text: [person.title && `Job title: ${person.title}`, description].filter(Boolean).join('\n'),
      about,
      ownerId,
      done: false,
      dueOn,
      defaults: write.defaults?.Activity,
    });
    if (!created && ownerId) await giveFollowUp(company, id, ownerId);
    return { task: { taskId: id }, warnings: [] };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { task: {}, warnings: [`The follow-up could not be made: ${failureReason(error)}.`] };
  }
}
