/** What would be written to the CRM about a lead, in one sentence. Pure. */

import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import { type CrmTraits, type CrmWords, newPersonKind } from '../../contracts/crm-traits.ts';
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import { capital, withArticle } from '../../lib/english.ts';
import { dealWords } from '../record/account-based.ts';
import { crmModeOf, existingIn, hasCompany } from '../record/mode.ts';

interface Would {
  judgement: Judgement;
  decision: RoutingDecision | null;
  /** Of the connected CRM. */
  traits: CrmTraits | undefined;
  match: CrmMatch | undefined;
  playbook: Playbook;
}

export function recordWords({ judgement, decision, traits, match, playbook }: Would): string {
  if (judgement.outcome === 'hold') return 'nothing is written while a person has not decided.';
  const to = decision?.to;
  if (!to || to.kind === 'nurture') return 'nothing is written: the lead is left to nurture.';
  if (to.kind === 'nobody') return 'nothing is written: nobody could be found to have the lead.';
  if (!traits) return 'no CRM is connected: the lead lives in Slack alone.';
  if (!match) return 'the CRM is asked again before anything is written.';
  const { can, words } = traits;
  const owner = to.kind === 'person' ? `, owned by ${nameOf(playbook, to.email)}` : '';
  const mode = crmModeOf({ decision }, playbook);
  if (mode === 'account_based' && can.accountBased && hasCompany({ judgement }, match, traits))
    return accountBasedRecords(match, judgement, owner, words);
  const existing = existingIn('lead', match);
  const group = to.kind === 'pool' && can.groups ? playbook.teams[to.team]?.crm_queue : undefined;
  const person = capital(words[newPersonKind(traits)].one);
  if (!existing)
    return `a new ${person} would be made${group ? `, owned by the ${words.group.one} ${group} until it is claimed` : owner}.`;
  const { kind, id } = existing.record;
  return `the ${capital(words[kind].one)} ${id} that is there would be updated${existing.keepOwner ? ', and keep its owner' : owner}.`;
}

/** What an account-based write would make, and what it would leave as it is. */
function accountBasedRecords(match: CrmMatch, judgement: Judgement, owner: string, words: CrmWords): string {
  const { company, deal } = match;
  const existing = existingIn('account_based', match);
  const known = company.kind === 'none' ? undefined : company.record.name;
  if (existing?.record.kind === 'lead') {
    return `the open ${capital(words.lead.one)} ${existing.record.id} that is there would be updated${known ? `, and linked to the ${words.company.one} ${known}` : ''}.`;
  }
  const called =
    known ?? judgement.company.name ?? (judgement.email.kind === 'business' ? 'the company' : 'the person');
  const openDeal = deal && deal.kind !== 'none' ? deal.record : undefined;
  const made = [
    ...(known ? [] : [words.company]),
    ...(existing ? [] : [words.contact]),
    ...(openDeal ? [] : [words.deal]),
  ].map(({ one }) => withArticle(capital(one)));
  const contact = capital(words.contact.one);
  const said = [
    ...(made.length > 0 ? [`${made.join(', ')} of ${called} would be made${owner}`] : []),
    ...(existing ? [`the ${contact} ${existing.record.id} that is there would be updated, and keep its owner`] : []),
    ...(openDeal ? [`no second ${words.deal.one} beside ${dealWords(openDeal)}, who would be told`] : []),
  ];
  return `${said.join('; ')}.`;
}
