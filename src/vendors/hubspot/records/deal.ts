/** A deal and the company that it is of. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import { idOf, numberIn } from '../portal/ids.ts';
import { DOMAIN_KEY, KEY, OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Link, refusedWords } from '../portal/records.ts';
import { type Association, type Stage, sameName } from '../portal/schema.ts';
import { plainLink } from './activity.ts';
import { hostOf } from './companies.ts';
import { nameOf, ownValues } from './contact.ts';
import { fit, short } from './values.ts';

export interface MadeThing {
  number: string;
  name: string;
  created: boolean;
  warnings: string[];
  ownerRefused?: true;
}

/** Associations of deals (page "Associations"): contact, company as its primary one. */
const [TO_CONTACT, TO_PRIMARY_COMPANY] = [3, 5];
export const CONTACT_TO_PRIMARY_COMPANY = 1;

/**
 * The company a write names, or a new one, which is made once for each host. HubSpot's own domain is nobody's key: Baton
 * keeps the host of what it made in a property that no two companies share. One call.
 */
export async function companyFor(portal: Portal, write: CrmWrite): Promise<MadeThing> {
  const known = write.company && numberIn('companies', write.company.id);
  if (write.company && known) return { number: known, name: write.company.name ?? '', created: false, warnings: [] };
  const domain = write.domain ? hostOf(write.domain) : undefined;
  const name = short(write.person.company ?? '') || domain || 'Unknown company';
  const ownerId = write.newOwnerId ?? write.ownerId;
  const given = { ...write.defaults?.Company, ...write.custom?.Company };
  const { values, warnings } =
    Object.keys(given).length > 0
      ? fit(await portal.schema.properties('companies'), 'company', given)
      : { values: {}, warnings: [] };
  const made = await portal.records.make({
    type: 'companies',
    // A test's own is shared with nobody; without a host there is nothing that two leads would have in common.
    key: domain && !write.isTest ? { name: DOMAIN_KEY, value: domain } : { name: KEY, value: write.handoffId },
    properties: { name, ...(domain && { domain }), ...(ownerId && { [OWNER]: ownerId }), ...values },
  });
  const said = refusedWords(made.refused, 'company');
  return { number: made.id, name, created: made.created, ...said, warnings: [...warnings, ...said.warnings] };
}

/** A deal at the playbook's stage, found again by its key. One call; two more where stages and labels are not known yet. */
export async function makeDeal(
  portal: Portal,
  write: CrmWrite,
  { contact, company }: { contact: string; company: string },
): Promise<MadeThing> {
  const warnings: string[] = [];
  const fields = fit(await portal.schema.properties('deals'), 'deal', {
    ...write.defaults?.Deal,
    ...ownValues(portal, write.fields, 'deal'),
    ...write.custom?.Deal,
  });
  const { currency, opportunity } = portal.rules;
  const stage = stageFor(await portal.schema.stages('deals'), opportunity, warnings);
  const role = await roleFor(portal, write.deal?.role, warnings);
  const name = short(write.dealName ?? '') || short(`${write.person.company ?? ''}: ${nameOf(write)}`);
  const ownerId = write.newOwnerId ?? write.ownerId;
  const toContact = plainLink(contact, TO_CONTACT);
  const links: Link[] = [
    { ...toContact, types: [...toContact.types, ...role] },
    plainLink(company, TO_PRIMARY_COMPANY),
  ];
  const made = await portal.records.make({
    type: 'deals',
    key: { name: KEY, value: write.handoffId },
    properties: {
      dealname: name,
      ...(stage && { pipeline: stage.pipeline.id, dealstage: stage.id }),
      ...(write.deal && { closedate: `${write.deal.closeOn}T00:00:00.000Z` }),
      ...(currency && { deal_currency_code: currency }),
      ...(ownerId && { [OWNER]: ownerId }),
      ...fields.values,
    },
    links,
  });
  const said = refusedWords(made.refused, 'deal');
  return {
    number: made.id,
    name,
    created: made.created,
    ...said,
    warnings: [...warnings, ...fields.warnings, ...said.warnings],
  };
}

export const dealId = (number: string): string => idOf('deals', number);

/** By the playbook's names; where there is none, the first stage there is, and that is said. */
export function stageFor(
  stages: readonly Stage[],
  { stage, pipeline }: { stage: string; pipeline?: string | undefined },
  warnings: string[],
): Stage | undefined {
  const named =
    pipeline === undefined ? undefined : stages.find(one => sameName(one.pipeline.label, pipeline))?.pipeline;
  if (pipeline !== undefined && !named) {
    warnings.push(`HubSpot has no pipeline “${pipeline}” (crm.opportunity.pipeline): the first one was taken.`);
  }
  const inPipeline = stages.filter(one => one.pipeline.id === (named ?? stages[0]?.pipeline)?.id);
  const found =
    inPipeline.find(one => sameName(one.label, stage)) ??
    (named ? undefined : stages.find(one => sameName(one.label, stage)));
  if (found) return found;
  const [first] = inPipeline;
  if (first) warnings.push(`HubSpot has no stage “${stage}” (crm.opportunity.stage): “${first.label}” was taken.`);
  return first;
}

/** The account's own label of a contact at a deal, beside the plain association. */
async function roleFor(
  { schema }: Portal,
  role: string | undefined,
  warnings: string[],
): Promise<Pick<Association, 'associationCategory' | 'associationTypeId'>[]> {
  if (!role) return [];
  const found = (await schema.associations('deals', 'contacts')).find(({ label }) => label && sameName(label, role));
  if (!found) {
    warnings.push(
      `HubSpot has no association label “${role}” of a contact at a deal (crm.opportunity.contact_role): set up HubSpot from Home to make it.`,
    );
    return [];
  }
  const { associationCategory, associationTypeId } = found;
  return [{ associationCategory, associationTypeId }];
}
