/** Calls, e-mails and tasks that Baton makes: follow-ups, notes to owners, and what people did. */
import { html } from '../api/values.ts';
import type { ActivityType, ObjectType } from '../portal/ids.ts';
import { KEY, OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Link, refusedWords } from '../portal/records.ts';
import { long, short } from './values.ts';

/** What an activity is about, by type and number. */
export type About = Partial<Record<'contacts' | 'leads' | 'deals' | 'companies', string | undefined>>;

/**
 * Plain associations that HubSpot documents (page "Associations"); what is not here, the account is asked for: their
 * types differ by direction, and those that lead to leads are published for one direction only.
 */
const TYPES: Partial<Record<string, number>> = {
  'calls contacts': 194,
  'calls companies': 182,
  'calls deals': 206,
  'emails contacts': 198,
  'emails companies': 186,
  'emails deals': 210,
  'tasks contacts': 204,
  'tasks companies': 192,
  'tasks deals': 216,
};

export async function linkTo(portal: Portal, from: ActivityType, to: ObjectType, number: string): Promise<Link> {
  const known = TYPES[`${from} ${to}`];
  if (known !== undefined) return plainLink(number, known);
  const all = await portal.schema.associations(from, to);
  const plain = all.find(({ label }) => label === undefined) ?? all[0];
  return plainLink(number, plain?.associationTypeId ?? 0);
}

export const plainLink = (number: string, associationTypeId: number): Link => ({
  to: { id: number },
  types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
});

export interface NewActivity {
  type: Extract<ActivityType, 'calls' | 'emails' | 'tasks'>;
  /** Key of the effect. */
  key: string;
  properties: Record<string, string>;
  about: About;
  ownerId?: string | undefined;
  defaults?: Readonly<Record<string, string>> | undefined;
  /** The playbook's own, which goes before everything else. */
  custom?: Readonly<Record<string, string>> | undefined;
}

/** Made once under its key. One call; answers its number, and what HubSpot would not take of it. */
export async function makeActivity(
  portal: Portal,
  { type, key, properties, about, ownerId, defaults, custom }: NewActivity,
): Promise<{ number: string; created: boolean; warnings: string[] }> {
  const links: Link[] = [];
  for (const [to, number] of Object.entries(about)) {
    if (number !== undefined) links.push(await linkTo(portal, type, to as ObjectType, number));
  }
  const made = await portal.records.make({
    type,
    key: { name: KEY, value: key },
    properties: { ...defaults, ...properties, ...(ownerId && { [OWNER]: ownerId }), ...custom },
    links,
  });
  const { warnings } = refusedWords(made.refused, WORDS[type]);
  return { number: made.id, created: made.created, warnings };
}

const WORDS = { calls: 'call', emails: 'e-mail', tasks: 'task' } as const;

export interface NewTask {
  subject: string;
  text: string;
  /** YYYY-MM-DD. */
  dueOn: string;
  priority?: 'high' | 'normal';
  kind?: 'CALL' | 'TODO';
  /** Id of the task queue it stands in. */
  queue?: string | undefined;
}

/** A task's due moment is a time: the end of a working day somewhere in the middle of the world. */
const DUE_AT = 'T17:00:00.000Z';

export function taskProperties({ subject, text, dueOn, priority = 'normal', kind = 'TODO', queue }: NewTask) {
  return {
    hs_timestamp: `${dueOn}${DUE_AT}`,
    hs_task_subject: short(subject) || 'Follow-up',
    hs_task_body: html(long(text)),
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: priority === 'high' ? 'HIGH' : 'MEDIUM',
    hs_task_type: kind,
    ...(queue && { hs_queue_membership_ids: queue }),
  };
}
