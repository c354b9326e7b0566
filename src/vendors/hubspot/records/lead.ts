/** Leads (0-136): what a contact is worked as, in accounts that have them. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import { Failure, Rejected } from '../../../lib/errors.ts';
import { numberIn } from '../portal/ids.ts';
import { KEY, OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Link, refusedWords } from '../portal/records.ts';
import { associatedIds, type Row } from '../portal/rows.ts';
import { sameName } from '../portal/schema.ts';
import { plainLink } from './activity.ts';
import { nameOf } from './contact.ts';
import { fit, short, type Value } from './values.ts';

/** Associations of leads: primary contact, company, task (page "Leads", section "Associate existing records"). */
const [TO_CONTACT, TO_COMPANY, TO_TASK] = [578, 610, 646];

export interface WrittenLead {
  number: string;
  created: boolean;
  warnings: string[];
  ownerRefused?: true;
}

/**
 * A lead of the contact, found again by its key. One call. Undefined: the account turns out to have none, or Baton may
 * not make them.
 */
export async function makeLead(
  portal: Portal,
  write: CrmWrite,
  { contact, company, task }: { contact: string; company?: string | undefined; task?: string | undefined },
): Promise<WrittenLead | undefined> {
  const { values, warnings } = await leadFields(portal, { ...write.defaults?.Lead, ...write.custom?.Lead });
  const ownerId = write.ownerId ?? write.newOwnerId;
  const links: Link[] = [
    plainLink(contact, TO_CONTACT),
    ...(company ? [plainLink(company, TO_COMPANY)] : []),
    ...(task ? [plainLink(task, TO_TASK)] : []),
  ];
  const properties = {
    hs_lead_name: short([nameOf(write), write.person.company].filter(Boolean).join(', ')),
    ...(await placeFor(portal, write.status)),
    ...(ownerId && { [OWNER]: ownerId }),
    ...values,
  };
  try {
    const key = { name: KEY, value: write.handoffId };
    const made = await portal.records.make({ type: 'leads', key, properties, links });
    portal.contactOfLead.set(made.id, contact);
    const said = refusedWords(made.refused, 'lead');
    return { number: made.id, created: made.created, ...said, warnings: [...warnings, ...said.warnings] };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'MISSING_SCOPES') throw error;
    portal.schema.withoutLeads();
    return undefined;
  }
}

/** The stage of this name in the first pipeline; else HubSpot's own first. */
async function placeFor({ schema }: Portal, status: string | undefined): Promise<Record<string, string>> {
  const stages = await schema.stages('leads');
  const first = stages.filter(one => one.pipeline.id === stages[0]?.pipeline.id);
  const stage = status && first.find(one => sameName(one.label, status));
  return stage ? { hs_pipeline: stage.pipeline.id, hs_pipeline_stage: stage.id } : {};
}

async function leadFields({ schema }: Portal, given: Record<string, Value | undefined>) {
  if (Object.keys(given).length === 0) return { values: {}, warnings: [] };
  return fit(await schema.properties('leads'), 'lead', given);
}

/** Owner and mapped properties of a lead that is there. One call, none when nothing of it changes. */
export async function updateLead(portal: Portal, write: CrmWrite, number: string): Promise<WrittenLead | 'gone'> {
  const { values, warnings } = await leadFields(portal, { ...write.custom?.Lead });
  const properties = { ...values, ...(write.ownerId && { [OWNER]: write.ownerId }) };
  if (Object.keys(properties).length === 0) return { number, created: false, warnings };
  const changed = await portal.records.change('leads', number, properties);
  if (!changed) return 'gone';
  const said = refusedWords(changed.refused, 'lead');
  return { number, created: false, ...said, warnings: [...warnings, ...said.warnings] };
}

/** A lead as it is, with what hangs on it; undefined: it was deleted. One call. */
export async function leadNow(
  portal: Portal,
  number: string,
  more: { history?: string[] } = {},
): Promise<Row | undefined> {
  const row = await portal.records.read('leads', number, {
    properties: ['hs_lead_name', 'hs_pipeline_stage', 'hs_lastmodifieddate', OWNER],
    associations: ['contacts', 'deals'],
    ...more,
  });
  const [contact] = row ? await associatedIds(portal.api, 'leads', row, 'contacts') : [];
  if (contact) portal.contactOfLead.set(number, contact);
  else portal.contactOfLead.delete(number);
  return row;
}

/** The number of the contact that a lead hangs on. No call for one that was met lately. Undefined: the lead is gone. */
export async function contactOfLead(portal: Portal, id: string): Promise<string | undefined> {
  const number = numberIn('leads', id);
  if (number === undefined) return undefined;
  const known = portal.contactOfLead.get(number);
  if (known) return known;
  if (!(await leadNow(portal, number))) return undefined;
  const contact = portal.contactOfLead.get(number);
  if (contact) return contact;
  throw new Rejected('The lead hangs on no contact in HubSpot any more', { service: 'hubspot', code: 'NO_CONTACT' });
}
