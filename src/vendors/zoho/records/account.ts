/** The account that a contact works for, and the deal that is made there. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { SERVICE } from '../api/errors.ts';
import { type Pipeline, type Stage, sameName } from '../api/schema.ts';
import { type Finder, hostOf } from './match.ts';
import { handoffField, nameOf, ownValues, sourceAndText } from './person.ts';
import { put } from './put.ts';
import { fit, fitOwn, short } from './values.ts';

export interface Made {
  id: string;
  name: string;
  created: boolean;
  warnings: string[];
}

/** What was made shortly before was hardly deleted since. */
const RECENT = 10 * 60_000;
/** Signs of an account's and a deal's name. */
const [LONGEST_ACCOUNT, LONGEST_DEAL] = [200, 120];

/** Made once for each host, or name where the host is not known. One call, and one for its fields now and then. */
export async function makeAccount(company: Company, find: Finder, write: CrmWrite): Promise<Made> {
  const domain = write.domain ? hostOf(write.domain) : undefined;
  const name = short(write.person.company ?? '', LONGEST_ACCOUNT) || domain || 'Unknown account';
  const warnings: string[] = [];
  const key = write.isTest ? `account of:${write.handoffId}` : `account:${domain ?? name.toLowerCase()}`;
  const { id, created } = await company.effects.once(key, {
    // A test's own is taken away by this key, whenever that is.
    ...(!write.isTest && { rememberedFor: RECENT }),
    find: async () => (await find.accounts(domain ? { domain } : { name })).rows[0]?.id,
    make: async () => {
      const fields = await company.schema.fields('Accounts');
      const owner = write.newOwnerId ?? write.ownerId;
      const defaults = fit(fields, 'Account', write.defaults?.Account ?? {});
      const mapped = fit(fields, 'Account', write.custom?.Account ?? {});
      const zohos = fitOwn(fields, 'Account', { Website: write.person.website ?? domain });
      const values = {
        ...defaults.values,
        ...zohos.values,
        ...mapped.values,
        Account_Name: name,
        ...(owner && { Owner: { id: owner } }),
      };
      const made = await put(company, 'Accounts', {
        how: { kind: 'insert' },
        values,
        what: 'Account',
        needed: ['Account_Name'],
      });
      if (made === 'gone') throw new Rejected('Zoho CRM has no such Account', { service: SERVICE, code: 'GONE' });
      warnings.push(...defaults.warnings, ...zohos.warnings, ...mapped.warnings, ...made.warnings);
      return made.id;
    },
  });
  return { id, name, created, warnings };
}

/** A deal at the playbook's stage, found again by Baton's own field. One call; two more where stages are not known yet. */
export async function makeDeal(
  company: Company,
  write: CrmWrite,
  { contact, account }: { contact: string; account: string },
): Promise<Made> {
  const fields = await company.schema.fields('Deals');
  const key = handoffField(fields, 'Deal');
  const name =
    short(write.dealName ?? '', LONGEST_DEAL) || short(`${write.person.company ?? ''}: ${nameOf(write)}`, LONGEST_DEAL);
  const warnings: string[] = [];
  const { pipeline, stage } = stageFor(await company.schema.pipelines(), company.rules.opportunity, warnings);
  const owner = write.newOwnerId ?? write.ownerId;
  const { currency } = company.rules;
  const defaults = fit(fields, 'Deal', write.defaults?.Deal ?? {});
  const mapped = fit(fields, 'Deal', { ...ownValues(company, write.fields, 'deal'), ...write.custom?.Deal });
  const zohos = fitOwn(fields, 'Deal', { Currency: currency });
  const values = {
    ...defaults.values,
    ...zohos.values,
    ...sourceAndText(fields, write),
    ...mapped.values,
    Deal_Name: name,
    Account_Name: { id: account },
    Contact_Name: { id: contact },
    Stage: stage?.actual_value ?? company.rules.opportunity.stage,
    ...(company.rules.opportunity.pipeline &&
      pipeline && { Pipeline: pipeline.actual_value ?? pipeline.display_value }),
    ...(write.deal && { Closing_Date: write.deal.closeOn }),
    ...(owner && { Owner: { id: owner } }),
    [key]: write.handoffId,
  };
  const how = { kind: 'upsert', by: [key] } as const;
  const needed = ['Deal_Name', 'Stage', 'Account_Name', 'Contact_Name', key];
  const made = await put(company, 'Deals', { how, values, what: 'Deal', needed });
  if (made === 'gone') throw new Rejected('Zoho CRM has no such Deal', { service: SERVICE, code: 'GONE' });
  warnings.push(...defaults.warnings, ...zohos.warnings, ...mapped.warnings, ...made.warnings);
  return { id: made.id, name, created: made.created, warnings };
}

/** By the playbook's names; where there is none, the first stage there is, and that is said. */
export function stageFor(
  pipelines: readonly Pipeline[],
  { stage, pipeline }: { stage: string; pipeline?: string | undefined },
  warnings: string[],
): { pipeline?: Pipeline; stage?: Stage } {
  const named = pipeline === undefined ? undefined : pipelines.find(one => sameName(one.display_value, pipeline));
  if (pipeline !== undefined && !named) {
    warnings.push(`Zoho CRM has no pipeline “${pipeline}” (crm.opportunity.pipeline): the first one was taken.`);
  }
  const chosen = named ?? pipelines[0];
  const isIt = (one: Stage) => sameName(one.display_value, stage) || one.actual_value === stage;
  const found = chosen?.maps.find(isIt);
  if (chosen && found) return { pipeline: chosen, stage: found };
  const [first] = chosen?.maps ?? [];
  if (!chosen || !first) return {};
  warnings.push(`Zoho CRM has no stage “${stage}” (crm.opportunity.stage): “${first.display_value}” was taken.`);
  return { pipeline: chosen, stage: first };
}
