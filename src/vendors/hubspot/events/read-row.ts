/** A record as HubSpot has it, as an event: with names for what it only has ids of. */
import type { CrmEvent } from '../../../contracts/crm-events.ts';
import { ACTIVITIES, type ActivityType, idOf, type ObjectType, recordOf } from '../portal/ids.ts';
import { KEY, OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import type { Row } from '../portal/rows.ts';
import { changeBy } from '../records/owner.ts';
import { ownerOf } from '../records/users.ts';
import { NEW } from '../traits.ts';

/** What is read of each type: enough to say what happened. */
export const READ: Record<Exclude<ObjectType, 'companies'>, readonly string[]> = {
  contacts: [OWNER, 'hs_lead_status', 'lastmodifieddate'],
  leads: [OWNER, 'hs_pipeline_stage', 'hs_lastmodifieddate'],
  deals: [OWNER, 'dealstage', 'hs_lastmodifieddate'],
  calls:
    `${KEY} ${OWNER} hs_timestamp hs_call_title hs_call_body hs_call_direction hs_call_duration hs_call_status hs_createdate hs_lastmodifieddate`.split(
      ' ',
    ),
  emails:
    `${KEY} ${OWNER} hs_timestamp hs_email_subject hs_email_direction hs_email_status hs_createdate hs_lastmodifieddate`.split(
      ' ',
    ),
  meetings:
    `${KEY} ${OWNER} hs_timestamp hs_meeting_title hs_meeting_start_time hs_meeting_outcome hs_createdate hs_lastmodifieddate`.split(
      ' ',
    ),
  tasks:
    `${KEY} ${OWNER} hs_timestamp hs_task_subject hs_task_body hs_task_status hs_task_completion_date hs_lastmodifieddate`.split(
      ' ',
    ),
};

/** What says how far the work is, whose history knows who moved it. */
export const STATUS: Partial<Record<ObjectType, string>> = {
  contacts: 'hs_lead_status',
  leads: 'hs_pipeline_stage',
};

/** Meetings have no key of Baton's: it makes none. */
export const propertiesOf = (type: Exclude<ObjectType, 'companies'>): readonly string[] =>
  type === 'meetings' ? READ.meetings.filter(name => name !== KEY) : READ[type];

/** When a record was changed last. */
export const changedAt = (type: ObjectType, { properties: p, updatedAt }: Row): string =>
  (type === 'contacts' ? p.lastmodifieddate : p.hs_lastmodifieddate) ?? updatedAt;

/** @param key of the event; @param about ids of what an activity is about */
export async function eventFrom(
  portal: Portal,
  type: ObjectType,
  row: Row,
  { key, about }: { key: string; about?: string[] },
): Promise<CrmEvent> {
  return {
    key,
    record: recordOf(type, row.id),
    ...(about && { about }),
    fields: {
      row: JSON.stringify(row.properties),
      ...(ACTIVITIES.includes(type as ActivityType) ? {} : await namesIn(portal, type, row)),
    },
  };
}

async function namesIn(portal: Portal, type: ObjectType, row: Row): Promise<Record<string, string>> {
  const owner = await ownerOf(portal, row.properties[OWNER]);
  const place = type === 'deals' ? await dealPlace(portal, row) : await statusOf(portal, type, row);
  return { ...(owner.name && { ownerName: owner.name }), ...place, ...(await moverOf(portal, type, row)) };
}

/** Who gave it the status it has, where the history came along. */
async function moverOf(portal: Portal, type: ObjectType, { history }: Row): Promise<Record<string, string>> {
  const [newest] = history[STATUS[type] ?? ''] ?? [];
  if (!newest?.userId) return {};
  const { changedBy, changedAt } = await changeBy(portal, newest, false);
  return {
    ...(changedBy && { by: changedBy.id, ...(changedBy.name && { byName: changedBy.name }) }),
    ...(changedAt && { at: changedAt }),
  };
}

async function dealPlace({ schema }: Portal, { properties: p }: Row): Promise<Record<string, string>> {
  const stage = (await schema.stages('deals')).find(({ id }) => id === p.dealstage);
  return stage ? { stage: stage.label, ...(stage.result && { result: stage.result }) } : {};
}

/** By what people read. A stage that nobody works at yet has one name to Baton, whatever the account calls it. */
async function statusOf(
  { schema }: Portal,
  type: ObjectType,
  { properties: p, about }: Row,
): Promise<Record<string, string>> {
  if (type === 'contacts') {
    if (!p.hs_lead_status) return {};
    const known = (await schema.properties('contacts')).find(({ name }) => name === 'hs_lead_status');
    return { status: known?.options.find(({ value }) => value === p.hs_lead_status)?.label ?? p.hs_lead_status };
  }
  const stage = (await schema.stages('leads')).find(({ id }) => id === p.hs_pipeline_stage);
  if (!stage) return {};
  const deals = stage.leadState === 'QUALIFIED' ? (about.deals?.ids ?? []) : [];
  return {
    status: stage.leadState === 'NEW' ? NEW : stage.label,
    ...(deals.length > 0 && { became: deals.map(id => idOf('deals', id)).join(' ') }),
  };
}
