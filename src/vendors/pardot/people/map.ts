/** A prospect in Baton's words. Pure. */
import type { Contact } from '../../../domain/lead.ts';
import { isObject, type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { SERVICE } from '../api/errors.ts';
import { timeFrom } from '../api/values.ts';
import { activitiesOf } from './activities.ts';

export interface Names {
  /** The field that holds the score. */
  score: string;
  /** The field that holds the stage; undefined: the playbook names none. */
  stage: string | undefined;
}

/** @param log of visitor activities */
export function contactOf(prospect: Json, log: readonly Json[], names: Names): Contact {
  const text = (name: string) => textFrom(prospect[name]);
  const [score, employees] = [numberFrom(prospect[names.score]), numberFrom(text('employees')?.replaceAll(',', ''))];
  const campaign = isObject(prospect.campaign) ? textFrom(prospect.campaign.name) : undefined;
  const asOf = timeFrom(prospect.updatedAt);
  return {
    source: SERVICE,
    id: text('id') ?? '',
    ...texts({
      email: text('email'),
      firstName: text('firstName'),
      lastName: text('lastName'),
      title: text('jobTitle'),
      phone: text('phone'),
      company: text('company'),
      website: text('website'),
      industry: text('industry'),
      city: text('city'),
      state: text('state'),
      country: text('country'),
      leadSource: text('source'),
      campaign: campaign ?? text('campaignParameter'),
      lifecycleStage: names.stage && text(names.stage),
      asOf,
    }),
    ...(employees !== undefined && { employees }),
    ...(score !== undefined && { score }),
    ...isLeftAlone(prospect),
    properties: propertiesOf(prospect, campaign),
    // It keeps no history of the score: what was before is remembered from what it told.
    scoreHistory: [],
    activities: activitiesOf(log),
  };
}

/** Opted out by themselves, or marked by marketing; neither is told: unknown. */
function isLeftAlone({ optedOut, isDoNotEmail }: Json): { unsubscribed?: boolean } {
  if (optedOut === true || isDoNotEmail === true) return { unsubscribed: true };
  return optedOut === false ? { unsubscribed: false } : {};
}

function texts<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

/** Among them the grade; of several choices each stands with `;` between. */
function propertiesOf(prospect: Json, campaign: string | undefined): Record<string, string> {
  const own = Object.entries(prospect).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.flatMap(one => textFrom(one) ?? []).join(';') : textFrom(value);
    return text === undefined || text === '' ? [] : [[name, text]];
  });
  return { ...Object.fromEntries(own), ...(campaign !== undefined && { campaign }) };
}
