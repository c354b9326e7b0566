import type { Request, Response } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Org } from './org.ts';
import { goesWith } from './related.ts';
import { derived } from './rules.ts';
import type { SfRecord } from './store.ts';

/** What people do with records in the org's own pages: merge, convert, take out of the bin, empty the bin. */

const mergeInput = z.strictObject({
  object: z.enum(['Lead', 'Contact', 'Account']),
  master: z.string(),
  losers: z.array(z.string()).min(1).max(2),
});
const convertInput = z.strictObject({
  lead: z.string(),
  /** Existing ones; left out: made from the lead. */
  account: z.string().optional(),
  contact: z.string().optional(),
  /** Name of the new opportunity; false: none. */
  opportunity: z.union([z.string(), z.literal(false)]).default(false),
});
const oneInput = z.strictObject({ object: z.string(), id: z.string() });

const person = (org: Org) => ({ userId: org.integrationUserId, by: 'person' as const });

function row(org: Org, object: string, id: string): SfRecord {
  const found = org.store.get(object, id);
  if (!found) throw new Error(`no ${object} ${id}`);
  return found;
}

/** The master keeps its own values; what hung on the others hangs on it, and they name it from the bin. */
function merge(org: Org, { object, master, losers }: z.infer<typeof mergeInput>): object {
  const stays = row(org, object, master);
  for (const id of losers) {
    const goes = row(org, object, id);
    if (goes.IsDeleted === true || goes.IsConverted === true || goes.Id === stays.Id)
      throw new Error(`${id} cannot go`);
    moveChildren(org, object, goes, String(stays.Id));
    const gone = { IsDeleted: true, ...('MasterRecordId' in goes && { MasterRecordId: stays.Id ?? null }) };
    org.store.update(object, String(goes.Id), gone, person(org));
  }
  org.store.update(object, String(stays.Id), {}, person(org));
  return { id: stays.Id };
}

function moveChildren(org: Org, object: string, from: SfRecord, to: string): void {
  for (const [child, field] of goesWith(object)) {
    if (!org.schema.get(child)?.fields.has(field)) continue;
    for (const one of org.store.lookup(child, field, [from.Id ?? null]) ?? []) {
      org.store.update(child, String(one.Id), { [field]: to }, person(org));
    }
  }
}

/** As Lead Conversion does: custom columns go nowhere unless an admin mapped them, activities go to the contact. */
function convert(org: Org, input: z.infer<typeof convertInput>): object {
  const lead = row(org, 'Lead', input.lead);
  if (lead.IsConverted === true || lead.IsDeleted === true) throw new Error(`${input.lead} cannot be converted`);
  const { OwnerId, Email, FirstName, LastName, Title, Phone, Website, Company } = lead as Record<string, string | null>;
  const owner = OwnerId?.startsWith('005') ? OwnerId : org.integrationUserId;
  const make = (object: string, values: SfRecord) => {
    const schema = org.object(object);
    if (!schema) throw new Error(`no object ${object}`);
    const record = { OwnerId: owner ?? null, ...values };
    return String(org.store.insert(object, { ...record, ...derived(org, schema, record) }, person(org)).Id);
  };
  const account = input.account ?? make('Account', { Name: Company ?? null, Website: Website ?? null });
  const named = { FirstName, LastName, Email, Title, Phone } as SfRecord;
  const contact = input.contact ?? make('Contact', { ...named, AccountId: account });
  const deal = { StageName: 'Qualification', CloseDate: org.store.stamp().slice(0, 10), AccountId: account };
  const opportunity = input.opportunity === false ? null : make('Opportunity', { Name: input.opportunity, ...deal });
  moveChildren(org, 'Lead', lead, contact);
  const changes = {
    IsConverted: true,
    Status: 'Closed - Converted',
    ConvertedDate: org.store.stamp().slice(0, 10),
    ConvertedAccountId: account,
    ConvertedContactId: contact,
    ConvertedOpportunityId: opportunity,
  };
  org.store.update('Lead', String(lead.Id), changes, person(org));
  return { account, contact, opportunity };
}

/** Out of the bin, with what went there with it; a value that may stand once only and stands elsewhere by now is lost. */
function undelete(org: Org, { object, id }: z.infer<typeof oneInput>): object {
  const gone = row(org, object, id);
  const lost = [...(org.schema.get(object)?.fields.values() ?? [])].filter(
    field =>
      field.unique &&
      gone[field.name] !== null &&
      (org.store.lookup(object, field.name, [gone[field.name] ?? null]) ?? []).some(
        one => one.Id !== gone.Id && one.IsDeleted !== true,
      ),
  );
  const back = { IsDeleted: false, ...Object.fromEntries(lost.map(field => [field.name, null])) };
  org.store.update(object, String(gone.Id), back, person(org));
  for (const [child, field] of goesWith(object)) {
    for (const one of org.store.lookup(child, field, [gone.Id ?? null]) ?? []) {
      if (one.IsDeleted === true) org.store.update(child, String(one.Id), { IsDeleted: false }, person(org));
    }
  }
  return { id: gone.Id };
}

/** Out of the bin for good. */
function purge(org: Org, { object, id }: z.infer<typeof oneInput>): object {
  const gone = row(org, object, id);
  org.store.delete(object, String(gone.Id));
  return { id: gone.Id };
}

type Press = ({ org }: { org: Org }, req: Request, res: Response) => void;

function button<S extends z.ZodType>(input: S, press: (org: Org, given: z.infer<S>) => object): Press {
  return ({ org }, req, res) => {
    const given = read(input, req.body ?? {}, res);
    if (given === undefined) return;
    try {
      res.json(press(org, given as z.infer<S>));
    } catch (error) {
      res.status(400).json({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** Buttons by the path of each. */
export const lifecycle: Readonly<Record<string, Press>> = {
  '/_merge': button(mergeInput, merge),
  '/_convert': button(convertInput, convert),
  '/_undelete': button(oneInput, undelete),
  '/_purge': button(oneInput, purge),
};
