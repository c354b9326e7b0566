/** Tasks and calls that Baton makes: follow-ups, notes to owners, and what people did. */

import { after, DAY } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { quoted } from '../api/coql.ts';
import { SERVICE } from '../api/errors.ts';
import { type ActivityModule, activityId } from '../api/ids.ts';
import { activityRow } from '../api/rows.ts';
import { put } from './put.ts';
import { fit, long, short, zohoTime } from './values.ts';

/** What an activity is about: a lead; or a contact, and a deal of theirs. */
export interface About {
  lead?: string | undefined;
  contact?: string | undefined;
  deal?: string | undefined;
}

export interface NewActivity {
  /** Key of the effect: stands in the description. */
  key: string;
  module: Extract<ActivityModule, 'Tasks' | 'Calls'>;
  subject: string;
  text: string;
  about: About;
  ownerId?: string | undefined;
  /** What only its module has. */
  values: Readonly<Record<string, unknown>>;
  defaults?: Readonly<Record<string, string>> | undefined;
}

const REFERENCE = 'Baton reference';

/** Undefined: it is nothing that Baton wrote. */
export const keyIn = (text: string | null | undefined): string | undefined =>
  new RegExp(`${REFERENCE}: ([\\w:.-]{1,200})`).exec(text ?? '')?.[1];

/** Made once under its key, as Zoho takes none. One call; answers its id as Baton writes it. */
export async function makeActivity(
  company: Company,
  activity: NewActivity,
): Promise<{ id: string; created: boolean; warnings: string[] }> {
  const warnings: string[] = [];
  const done = await company.effects.once(`activity:${activity.key}`, {
    find: () => findActivity(company, activity),
    make: async () => {
      const { module, defaults } = activity;
      const given = defaults && fit(await company.schema.fields(module), 'Task', defaults);
      const values = { ...given?.values, ...valuesOf(activity) };
      const made = await put(company, module, { how: { kind: 'insert' }, values, what: 'Task', needed: NEEDED });
      if (made === 'gone') throw new Rejected('Zoho CRM has no such record', { service: SERVICE, code: 'GONE' });
      warnings.push(...(given?.warnings ?? []), ...made.warnings);
      return activityId(module, made.id);
    },
  });
  return { ...done, warnings };
}

/** Without what it is about it would be nobody's. */
const NEEDED = ['Subject', 'Call_Start_Time', 'What_Id', 'Who_Id', '$se_module'];

function valuesOf({ key, subject, text, about, ownerId, values }: NewActivity): Record<string, unknown> {
  const { lead, contact, deal } = about;
  const reference = `\n\n${REFERENCE}: ${key}`;
  return {
    ...values,
    Subject: short(subject) || 'Follow-up',
    Description: `${long(text).slice(0, 30_000).toWellFormed()}${reference}`,
    ...(ownerId && { Owner: { id: ownerId } }),
    ...(lead && { What_Id: { id: lead }, $se_module: 'Leads' }),
    ...(!lead && contact && { Who_Id: { id: contact } }),
    ...(!lead && deal && { What_Id: { id: deal }, $se_module: 'Deals' }),
  };
}

/** A try without an answer is looked for the same day. */
const LOOKED_BACK = DAY;

/** Whose description names the key, of those of this subject. One call. */
async function findActivity(
  { client, clock }: Company,
  { key, module, subject }: NewActivity,
): Promise<string | undefined> {
  const since = zohoTime(after(clock.now(), -LOOKED_BACK));
  const where = `Subject = ${quoted(short(subject) || 'Follow-up')} and Created_Time > '${since}'`;
  const rows = await client.coql(`select id, Description from ${module} where ${where}`, activityRow);
  const found = rows.find(({ Description: text }) => keyIn(text) === key);
  return found && activityId(module, found.id);
}
