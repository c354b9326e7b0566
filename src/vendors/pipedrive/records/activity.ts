/** Activities that Baton makes: follow-ups, notes to owners, and what people did. */
import type { Company } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { activityRow, made } from '../api/rows.ts';
import { html, short } from './values.ts';

/** What an activity is about: a lead or a deal, never both (Pipedrive refuses it), the person and the organization. */
export interface About {
  lead?: string | undefined;
  deal?: number | undefined;
  person?: number | undefined;
  organization?: number | undefined;
}

export interface NewActivity {
  /** Key of the effect: stands in the note, since activities have no custom fields in the API. */
  key: string;
  type: 'call' | 'email' | 'task';
  subject: string;
  text: string;
  about: About;
  ownerId?: string | undefined;
  done: boolean;
  /** YYYY-MM-DD; of what is done, the day in UTC. */
  dueOn: string;
  /** HH:MM in UTC. */
  dueAt?: string;
  seconds?: number | undefined;
  defaults?: Readonly<Record<string, string>> | undefined;
}

const REFERENCE = 'Baton reference';

/** The line that says Baton wrote it, and for what. */
const referenceOf = (key: string): string => `${REFERENCE}: ${key}`;

/** Undefined: it is nothing that Baton wrote. */
export const keyIn = (note: string | null | undefined): string | undefined =>
  new RegExp(`${REFERENCE}: ([\\w:.-]{1,200})`).exec(note ?? '')?.[1];

/** Made once under its key. One call; answers its id as Baton writes it. */
export async function makeActivity(company: Company, activity: NewActivity): Promise<{ id: string; created: boolean }> {
  const { client, effects } = company;
  return effects.once(`activity:${activity.key}`, {
    find: () => findActivity(company, activity),
    make: async () => {
      const json = bodyOf(activity);
      const { id } = await client.ask({ method: 'POST', path: '/api/v2/activities', json, cost: 5 }, made);
      return idOf('activity', Number(id));
    },
  });
}

function bodyOf({ key, type, subject, text, about, ownerId, done, dueOn, dueAt, seconds, defaults }: NewActivity) {
  const { lead, deal, person, organization } = about;
  return {
    ...defaults,
    subject: short(subject) || 'Follow-up',
    type,
    done,
    due_date: dueOn,
    ...(dueAt && { due_time: dueAt }),
    ...(seconds !== undefined && { duration: clockOf(seconds) }),
    ...(ownerId && { owner_id: Number(ownerId) }),
    ...(lead && { lead_id: lead }),
    ...(!lead && deal !== undefined && { deal_id: deal }),
    ...(organization !== undefined && { org_id: organization }),
    ...(person !== undefined && { participants: [{ person_id: person, primary: true }] }),
    note: `${html(text)}<br><br>${referenceOf(key)}`,
  };
}

/** HH:MM, at least a minute: an activity of none has no duration. */
function clockOf(seconds: number): string {
  const minutes = Math.min(Math.max(1, Math.round(seconds / 60)), 24 * 60 - 1);
  return [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join(':');
}

/** Whose note names the key, of those about the same. One call. */
async function findActivity({ client }: Company, { key, about, done }: NewActivity): Promise<string | undefined> {
  const rows = await client.all(
    { path: '/api/v2/activities', query: { ...aboutQuery(about), done: String(done), limit: '500' }, cost: 10 },
    activityRow,
  );
  const found = rows.find(({ note }) => keyIn(note) === key);
  return found && idOf('activity', found.id);
}

function aboutQuery({ lead, deal, person }: About): Record<string, string> {
  if (lead) return { lead_id: lead };
  return deal === undefined ? { person_id: String(person) } : { deal_id: String(deal) };
}
