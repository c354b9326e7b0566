/** Leads of the inbox and deals: what a person is worked as. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import { type Company, HANDOFF_FIELD, rememberPerson } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { dealRow, made } from '../api/rows.ts';
import { fieldNamed, type Pipelines, type Stage, sameName } from '../api/schema.ts';
import { leadsOfPerson } from './match.ts';
import { withOwner } from './owner.ts';
import { builtIn, nameOf, ownValues } from './person.ts';
import { type Fitted, fit, short } from './values.ts';

export interface MadeDeal {
  id: string;
  name: string;
  created: boolean;
  warnings: string[];
}

async function fieldsOf(company: Company, write: CrmWrite, object: 'Lead' | 'Deal'): Promise<Fitted> {
  const fields = await company.schema.fields('deal');
  const hasKey = fieldNamed(fields, HANDOFF_FIELD) !== undefined;
  return fit(fields, object, {
    ...write.defaults?.[object],
    ...(hasKey && { [HANDOFF_FIELD]: write.handoffId }),
    ...ownValues(company, write.fields, 'deal'),
    ...write.custom?.[object],
  });
}

/** A lead in the inbox, found again by `origin_id`. One call. */
export async function makeLead(
  company: Company,
  write: CrmWrite,
  { person, organization }: { person: number; organization?: number | undefined },
): Promise<MadeDeal> {
  const { values, warnings } = await fieldsOf(company, write, 'Lead');
  const title = short([nameOf(write), write.person.company].filter(Boolean).join(', '));
  const json = {
    ...values,
    ...(await sourceOf(company, write)),
    title,
    person_id: person,
    ...(organization !== undefined && { organization_id: organization }),
    origin_id: write.handoffId,
    was_seen: false,
  };
  const { id, created } = await company.effects.once(`lead:${write.handoffId}`, {
    find: async () => (await leadsOfPerson(company, person)).find(row => row.origin_id === write.handoffId)?.id,
    make: async () => {
      const send = (owned: object) =>
        company.client.ask({ method: 'POST', path: '/v1/leads', json: { ...json, ...owned }, cost: 10 }, made);
      const done = await withOwner(write.ownerId ?? write.newOwnerId, send);
      warnings.push(...done.warnings);
      return String(done.answer.id);
    },
  });
  rememberPerson(company, id, person);
  return { id, name: title, created, warnings };
}

/**
 * Leads have a place for where they came from: the channel, one of a list that the company keeps, and a text beside it.
 * Deals take neither from the API.
 */
async function sourceOf({ schema }: Company, { leadSource }: CrmWrite): Promise<Record<string, unknown>> {
  if (!leadSource?.trim()) return {};
  const channels = (await schema.fields('deal')).find(one => one.field_code === 'channel')?.options ?? [];
  const id = channels.find(({ label }) => sameName(label, leadSource))?.id;
  return { ...(typeof id === 'number' && { channel: id }), channel_id: short(leadSource) };
}

/** A deal at the playbook's stage, found again by Baton's own field. One call; two more where stages are not known yet. */
export async function makeDeal(
  company: Company,
  write: CrmWrite,
  { person, organization }: { person: number; organization: number },
): Promise<MadeDeal> {
  const { values, warnings } = await fieldsOf(company, write, 'Deal');
  const title = short(write.dealName ?? '') || short(`${write.person.company ?? ''}: ${nameOf(write)}`);
  const place = stageFor(await company.schema.pipelines(), company.rules.opportunity, warnings);
  const { currency } = company.rules;
  const json = {
    ...builtIn(values),
    title,
    person_id: person,
    org_id: organization,
    ...(place && { pipeline_id: place.pipeline_id, stage_id: place.id }),
    ...(currency && { currency }),
    ...(write.deal && { expected_close_date: write.deal.closeOn }),
  };
  const { id, created } = await company.effects.once(`deal:${write.handoffId}`, {
    find: () => findDeal(company, write.handoffId, person),
    make: async () => {
      const send = (owned: object) =>
        company.client.ask({ method: 'POST', path: '/api/v2/deals', json: { ...json, ...owned }, cost: 5 }, made);
      const done = await withOwner(write.newOwnerId ?? write.ownerId, send);
      warnings.push(...done.warnings);
      return idOf('deal', Number(done.answer.id));
    },
  });
  return { id, name: title, created, warnings };
}

async function findDeal({ client, schema }: Company, handoffId: string, person: number): Promise<string | undefined> {
  const code = fieldNamed(await schema.fields('deal'), HANDOFF_FIELD)?.field_code ?? '';
  const query = { person_id: String(person), limit: '500' };
  const rows = await client.all({ path: '/api/v2/deals', query, cost: 10 }, dealRow);
  const found = rows.find(({ custom_fields: fields }) => fields?.[code] === handoffId);
  return found && idOf('deal', found.id);
}

/** By the playbook's names; where there is none, the first stage there is, and that is said. */
export function stageFor(
  { pipelines, stages }: Pipelines,
  { stage, pipeline }: { stage: string; pipeline?: string | undefined },
  warnings: string[],
): Stage | undefined {
  const named = pipeline === undefined ? undefined : pipelines.find(one => sameName(one.name, pipeline));
  if (pipeline !== undefined && !named) {
    warnings.push(`Pipedrive has no pipeline “${pipeline}” (crm.opportunity.pipeline): the first one was taken.`);
  }
  const inPipeline = stages.filter(one => one.pipeline_id === (named ?? pipelines[0])?.id);
  const found =
    inPipeline.find(one => sameName(one.name, stage)) ??
    (named ? undefined : stages.find(one => sameName(one.name, stage)));
  if (found) return found;
  const [first] = inPipeline;
  if (first) warnings.push(`Pipedrive has no stage “${stage}” (crm.opportunity.stage): “${first.name}” was taken.`);
  return first;
}
