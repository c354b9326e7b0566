/** What a handoff becomes in HubSpot: a lead of a contact (or the contact alone), or a deal of a contact and their company. */
import type { CrmWrite, CrmWritten } from '../../../contracts/crm.ts';
import { idOf, numberIn } from '../portal/ids.ts';
import { OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { sameName } from '../portal/schema.ts';
import { plainLink } from './activity.ts';
import { contactId, makeContact, updateContact, type WrittenContact } from './contact.ts';
import { contactIdBy } from './contacts.ts';
import { CONTACT_TO_PRIMARY_COMPANY, companyFor, dealId, makeDeal } from './deal.ts';
import { followUpOn, noteToOwner } from './follow-up.ts';
import { contactOfLead, leadNow, makeLead, updateLead } from './lead.ts';
import { setOwner } from './owner.ts';

/**
 * Each thing is made once under its own key, so that a retry goes on where the last one ended. Three calls for a new
 * lead or one of a known contact, four for a new deal; what was written before costs what changed.
 */
export function writer(portal: Portal): (write: CrmWrite) => Promise<CrmWritten> {
  return async write => {
    const isDeal = write.mode === 'account_based' && write.existing?.kind !== 'lead';
    const written = isDeal ? await writeDeal(portal, write) : await writeLead(portal, write);
    return { ...written, warnings: [...new Set([...(write.unfilled ?? []), ...written.warnings])] };
  };
}

/** The contact first, then the follow-up, then the lead, which names both: so nothing has to be associated afterwards. */
async function writeLead(portal: Portal, write: CrmWrite): Promise<CrmWritten> {
  if (write.existing?.kind === 'lead') return writeKnownLead(portal, write, write.existing.id);
  const hasLeads = await portal.schema.hasLeads();
  const company = write.company && numberIn('companies', write.company.id);
  const contact = await contactOf(portal, write, {
    company,
    ...(!hasLeads && { alone: await aloneIn(portal, write) }),
  });
  const followUp = await followUpOn(portal, write, { contacts: contact.number, companies: company });
  const lead = hasLeads && (await makeLead(portal, write, { contact: contact.number, company, task: followUp.number }));
  const warnings = [...contact.warnings, ...followUp.warnings];
  if (!lead) return { ...asContact(contact, followUp.taskId), warnings };
  return {
    kind: 'lead',
    id: idOf('leads', lead.number),
    created: lead.created,
    ...(followUp.taskId && { taskId: followUp.taskId }),
    ...((lead.ownerRefused || contact.ownerRefused) && { ownerRefused: true }),
    warnings: [...warnings, ...lead.warnings],
  };
}

function asContact({ number, created, ownerRefused }: WrittenContact, taskId: string | undefined) {
  return {
    kind: 'contact' as const,
    id: contactId(number),
    created,
    ...(taskId && { taskId }),
    ...(ownerRefused && { ownerRefused }),
  };
}

/** Where there are no leads, the contact itself says that sales has it: its stage, and the status that it begins with. */
async function aloneIn({ schema }: Portal, { status, existing }: CrmWrite): Promise<Record<string, string>> {
  const properties = await schema.properties('contacts');
  const optionOf = (name: string, wanted: string) =>
    properties
      .find(one => one.name === name)
      ?.options.find(({ value, label }) => sameName(value, wanted) || sameName(label, wanted))?.value;
  const stage = optionOf('lifecyclestage', 'marketingqualifiedlead');
  const begins = !existing && status ? optionOf('hs_lead_status', status) : undefined;
  return { ...(stage && { lifecyclestage: stage }), ...(begins && { hs_lead_status: begins }) };
}

interface Around {
  company?: string | undefined;
  /** There are no leads: what the contact says instead. */
  alone?: Record<string, string>;
}

/** Whoever is there is updated; whoever is nowhere, or was deleted since, is made. */
async function contactOf(portal: Portal, write: CrmWrite, { company, alone }: Around): Promise<WrittenContact> {
  const { existing } = write;
  const number = existing && numberIn('contacts', existing.id);
  const links = company ? [plainLink(company, CONTACT_TO_PRIMARY_COMPANY)] : [];
  if (!number) return makeContact(portal, write, { links, ...(alone && { properties: alone }) });
  const updated = await updateContact(portal, number, write, {
    ...(write.ownerId && { [OWNER]: write.ownerId }),
    ...alone,
  });
  if (updated) {
    if (existing.homeless && company) await belongTo(portal, updated.number, company);
    return updated;
  }
  const made = await makeContact(portal, write, { links, ...(alone && { properties: alone }) });
  return { ...made, warnings: ['The contact was deleted in HubSpot meanwhile: another was made.', ...made.warnings] };
}

/** One call, safe to repeat. */
async function belongTo({ api }: Portal, contact: string, company: string): Promise<void> {
  const path = api.paths.associate('contacts', contact, 'companies', company);
  const answer = await api.ask('PUT', path);
  if (answer.status >= 300) throw api.failure(answer, `PUT ${path}`);
}

/** One call for the contact, one for the lead when something of it changed, one for the follow-up; again, one to look. */
async function writeKnownLead(portal: Portal, write: CrmWrite, id: string): Promise<CrmWritten> {
  const number = numberIn('leads', id) ?? '';
  const contact = await contactOfLead(portal, id);
  if (!contact) return writeWithoutLead(portal, write);
  const updated = await updateContact(portal, contact, write, {});
  const lead = await updateLead(portal, write, number);
  if (lead === 'gone') {
    portal.contactOfLead.delete(number);
    return writeWithoutLead(portal, write, updated?.number ?? contact);
  }
  const warnings = [
    ...(updated?.warnings ?? ['The contact of the lead was deleted in HubSpot: only the lead was updated.']),
  ];
  const about = { leads: number, ...(updated && { contacts: updated.number }) };
  const followUp = await followUpOn(portal, write, about);
  // Written before, it may have been deleted since, and nothing of it may have changed now that would have shown it.
  if (!followUp.created && !(await leadNow(portal, number))) {
    return writeWithoutLead(portal, write, updated?.number ?? contact);
  }
  return {
    kind: 'lead',
    id,
    created: false,
    ...(followUp.taskId && { taskId: followUp.taskId }),
    ...(lead.ownerRefused && { ownerRefused: true }),
    warnings: [...warnings, ...lead.warnings, ...followUp.warnings],
  };
}

/** Somebody deleted the lead: it is not made again behind their back; the contact is the record from then on. */
async function writeWithoutLead(portal: Portal, write: CrmWrite, contact?: string): Promise<CrmWritten> {
  const { existing: _gone, ...rest } = write;
  const known = contact ?? (await contactIdBy(portal.api, write.person.email));
  const written = await contactOf(
    portal,
    { ...rest, ...(known && { existing: { kind: 'contact' as const, id: contactId(known) } }) },
    {},
  );
  const followUp = await followUpOn(portal, write, { contacts: written.number });
  const said = 'The lead was deleted in HubSpot meanwhile: the contact was updated, and no other lead was made.';
  return { ...asContact(written, followUp.taskId), warnings: [said, ...written.warnings, ...followUp.warnings] };
}

async function writeDeal(portal: Portal, write: CrmWrite): Promise<CrmWritten> {
  const company = await companyFor(portal, write);
  const contact = await contactOf(portal, write, { company: company.number });
  const { openDeal, made } = write;
  const also: NonNullable<CrmWritten['also']> = [
    {
      kind: 'company',
      id: idOf('companies', company.number),
      ...(company.name && { name: company.name }),
      created: company.created,
    },
  ];
  const warnings = [...company.warnings, ...contact.warnings];
  let deal = made?.dealId;
  let ownerRefused = company.ownerRefused ?? contact.ownerRefused;
  if (deal && write.newOwnerId) await setOwner(portal, { kind: 'deal', id: deal }, write.newOwnerId);
  if (!made && !openDeal) {
    const one = await makeDeal(portal, write, { contact: contact.number, company: company.number });
    deal = dealId(one.number);
    also.push({ kind: 'deal', id: deal, name: one.name, created: one.created });
    warnings.push(...one.warnings);
    ownerRefused ??= one.ownerRefused;
  }
  const about = { contacts: contact.number, companies: company.number };
  const followUp = await followUpOn(portal, write, { ...about, deals: numberIn('deals', deal ?? openDeal?.id ?? '') });
  if (openDeal && !made) warnings.push(...(await noteToOwner(portal, write, openDeal, about)));
  return {
    ...asContact(contact, followUp.taskId),
    also,
    ...(openDeal && !deal && { openDeal }),
    ...(ownerRefused && { ownerRefused }),
    warnings: [...warnings, ...followUp.warnings],
  };
}
