/** What the playbook asks of a CRM that cannot do it: the write goes on without, and the timeline says so. Pure. */
import type { CrmWrite } from '../../contracts/crm.ts';
import type { CrmAbilities, CrmTraits, CrmWords } from '../../contracts/crm-traits.ts';
import { serviceName } from '../../domain/service-name.ts';
import { withArticle } from '../../lib/english.ts';
import type { NamedCrm } from './account-based.ts';

/** What a write may ask for. */
export type AskedAbility = Extract<keyof CrmAbilities, 'accountBased' | 'groups' | 'campaigns' | 'dealRoles'>;

/** The write as the CRM can do it, and what it does without; `mode` is the one the playbook wants. */
export function withinAbilities(
  { group, campaign, deal, ...rest }: CrmWrite,
  mode: CrmWrite['mode'],
  { can }: Pick<CrmTraits, 'can'>,
): { write: CrmWrite; lacking: AskedAbility[] } {
  const asked: Record<AskedAbility, boolean> = {
    accountBased: mode === 'account_based',
    groups: group !== undefined,
    campaigns: campaign !== undefined,
    dealRoles: deal?.role !== undefined,
  };
  const write = {
    ...rest,
    ...(group !== undefined && can.groups && { group }),
    ...(campaign && can.campaigns && { campaign }),
    ...(deal && { deal: can.dealRoles ? deal : { stage: deal.stage, closeOn: deal.closeOn } }),
  };
  return { write, lacking: (Object.keys(asked) as AskedAbility[]).filter(one => asked[one] && !can[one]) };
}

const SENTENCES: Record<AskedAbility, (crm: string, words: CrmWords) => string> = {
  accountBased: (crm, { company, deal }) =>
    `${crm} cannot make ${company.one}, person and ${deal.one} at once: the person was written alone, though the playbook says account_based.`,
  groups: (crm, { group }) =>
    `${crm} gives no records to ${group.many}: the playbook's crm_queue was left out, and nobody was made the owner.`,
  campaigns: crm => `${crm} has no campaigns: the playbook's crm.campaign was left out.`,
  dealRoles: (crm, { contact, deal }) =>
    `In ${crm} ${withArticle(contact.one)} has no role at ${withArticle(deal.one)}: the playbook's contact_role was left out.`,
};

/** One sentence for each, for the timeline. */
export function lackingSentences(lacking: readonly AskedAbility[], { name, traits }: NamedCrm): string[] {
  return lacking.map(one => SENTENCES[one](serviceName(name), traits.words));
}
