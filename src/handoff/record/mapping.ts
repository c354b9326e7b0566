/** The playbook's own mapping, filled in for one handoff: templates in, values for the CRM out. Pure. */

import { personOf, teamOf } from '../../config/playbook/people.ts';
import type { MoreCrmName, Playbook } from '../../config/playbook.ts';
import type { CrmWrite } from '../../contracts/crm.ts';
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { readableCode } from '../../domain/activity-words.ts';
import { toError } from '../../lib/errors.ts';
import { fillTemplate, namesOf, type TemplateValues } from '../../lib/liquid.ts';
import { manyLines, oneLine } from '../../lib/text.ts';
import type { Facts } from '../core/facts.ts';
import { valuesFor } from '../core/templates.ts';
import { fieldValues } from './text.ts';

export type CrmValues = Pick<CrmWrite, 'custom' | 'defaults' | 'dealName' | 'group' | 'campaign' | 'unfilled'>;

type Mapping = Playbook['crm']['custom'];

/**
 * What the playbook wants written besides Baton's own fields. A template that comes out empty writes nothing; one that
 * cannot be filled in for this lead is named in `unfilled`, and the record goes without it.
 */
export function crmValues(
  handoff: Handoff<Facts>,
  playbook: Playbook,
  publicUrl: string,
  traits: CrmTraits,
): CrmValues {
  const { crm } = playbook;
  const filler = fillerOf(handoff, playbook, publicUrl, traits);
  const custom = filled(crm.custom, filler);
  const { [traits.taskObject]: ofTask, ...others } = crm.defaults;
  // The follow-up is there since the first write: what its rep has made of it stays.
  const defaults = filled(handoff.recordedAt || !ofTask ? others : { ...others, [traits.taskObject]: ofTask }, filler);
  const dealName = filler.fill(crm.opportunity.name, `the name of the ${traits.words.deal.one}`);
  // Who is a member already stays one: the campaign is that of the first write.
  const campaign =
    crm.campaign && !handoff.recordedAt ? filler.fill(crm.campaign.name, 'the name of the campaign') : '';
  const group = handoff.repEmail ? undefined : teamOf(playbook, handoff.team)?.crm_queue;
  return {
    ...(custom && { custom }),
    ...(defaults && { defaults }),
    ...(dealName && { dealName: oneLine(dealName) }),
    ...(crm.campaign && campaign && { campaign: { name: oneLine(campaign), status: crm.campaign.status } }),
    ...(group && { group }),
    ...(filler.unfilled.length > 0 && { unfilled: filler.unfilled }),
  };
}

/** What every task of this lead gets where the CRM insists on it. */
export function taskDefaults(
  handoff: Handoff<Facts>,
  playbook: Playbook,
  publicUrl: string,
  traits: CrmTraits,
): Readonly<Record<string, string>> | undefined {
  const { taskObject } = traits;
  const ofTask = playbook.crm.defaults[taskObject];
  return ofTask && filled({ [taskObject]: ofTask }, fillerOf(handoff, playbook, publicUrl, traits))?.[taskObject];
}

interface Filler {
  fill(source: string, what: string): string;
  unfilled: string[];
}

function fillerOf(handoff: Handoff<Facts>, playbook: Playbook, publicUrl: string, { longestText }: CrmTraits): Filler {
  const values = crmTemplateValues(handoff, playbook, publicUrl);
  const unfilled: string[] = [];
  return {
    unfilled,
    fill(source, what) {
      try {
        const property = propertiesFor(source, handoff.facts.contact.properties);
        return manyLines(fillTemplate(source, { ...values, property }))
          .trim()
          .slice(0, longestText);
      } catch (thrown) {
        unfilled.push(`The playbook's template for ${what} could not be filled in: ${toError(thrown).message}.`);
        return '';
      }
    },
  };
}

/** The contact's own properties as a template names them: what the source does not have is empty. */
function propertiesFor(source: string, properties: Record<string, string>): Record<string, string> {
  const own = (name: string) => (Object.hasOwn(properties, name) ? (properties[name] ?? '') : '');
  return Object.fromEntries(namesOf(source, 'property').map(name => [name, own(name)]));
}

function filled(mapping: Mapping, { fill }: Filler): CrmWrite['custom'] {
  const objects = Object.entries(mapping).flatMap(([object, fields]) => {
    const values = Object.entries(fields)
      .map(([field, source]) => [field, fill(source, `${object}.${field}`)] as const)
      .filter(([, value]) => value !== '');
    return values.length > 0 ? [[object, Object.fromEntries(values)] as const] : [];
  });
  return objects.length > 0 ? Object.fromEntries(objects) : undefined;
}

function crmTemplateValues(handoff: Handoff<Facts>, playbook: Playbook, publicUrl: string): TemplateValues {
  const rep = personOf(playbook, handoff.repEmail);
  const values = valuesFor(handoff, rep);
  for (const [path, value] of Object.entries(moreValues(handoff, playbook, publicUrl))) {
    const [group = '', name = ''] = path.split('.');
    values[group] = { ...values[group], [name]: value === undefined ? '' : manyLines(String(value)) };
  }
  return values;
}

function moreValues(
  handoff: Handoff<Facts>,
  playbook: Playbook,
  publicUrl: string,
): Record<MoreCrmName, string | number | undefined> {
  const { facts, judgement, decision } = handoff;
  const { contact, company, person } = facts;
  return {
    'lead.phone': contact.phone ?? person?.phone,
    'lead.website': contact.website ?? judgement.company.domain,
    'lead.city': contact.city,
    'lead.state': contact.state,
    'lead.country': contact.country,
    'lead.source': contact.leadSource && readableCode(contact.leadSource),
    'lead.campaign': contact.campaign,
    'lead.lifecycle': contact.lifecycleStage,
    'lead.product_interest': contact.productInterest,
    'company.domain': company.domain ?? judgement.company.domain,
    'company.revenue': company.revenue,
    'company.city': company.city,
    'company.state': company.state,
    'company.country': company.country,
    // The platform's way to say several values of a picklist.
    'company.tech': company.tech?.join('; '),
    'mql.score': handoff.score ?? undefined,
    'mql.fit': judgement.fit.score,
    'mql.priority': handoff.priority,
    'mql.source': handoff.source,
    'mql.date': handoff.crossedAt.toISOString().slice(0, 10),
    'mql.at': handoff.crossedAt.toISOString(),
    'mql.reason': judgement.reason,
    'mql.recent_intent': fieldValues(handoff).recent_intent,
    'handoff.id': handoff.id,
    'handoff.url': `${publicUrl}/open/${handoff.id}`,
    'handoff.rule': decision?.rule,
    'handoff.routing': decision?.reason,
    'handoff.team': teamOf(playbook, handoff.team)?.name,
  };
}
