/** What a person did, put where HubSpot keeps it: event occurrences, engagements, and the contact's last-known fields. */
import { z } from 'zod';
import type { StoredRecord } from './crm/stored.ts';
import type { Portal } from './portal.ts';
import type { ObjectType } from './schema.ts';

export const activityInput = z.strictObject({
  type: z.enum([
    'page_view',
    'form',
    'email_open',
    'email_click',
    'webinar',
    'download',
    'meeting',
    'call',
    'note',
    'email',
    'task',
  ]),
  at: z.union([z.iso.datetime({ offset: true }), z.number()]).transform(at => new Date(at).toISOString()),
  detail: z.string().default(''),
  url: z.string().optional(),
  /** When the mail behind an open or a click was delivered. */
  deliveredAt: z.iso.datetime({ offset: true }).optional(),
});
export type ActivityInput = z.infer<typeof activityInput>;

const ENGAGEMENTS: Partial<
  Record<ActivityInput['type'], { type: ObjectType; text: string; more: Record<string, string> }>
> = {
  meeting: { type: 'meetings', text: 'hs_meeting_title', more: { hs_meeting_outcome: 'COMPLETED' } },
  call: { type: 'calls', text: 'hs_call_title', more: { hs_call_direction: 'OUTBOUND', hs_call_status: 'COMPLETED' } },
  note: { type: 'notes', text: 'hs_note_body', more: {} },
  email: { type: 'emails', text: 'hs_email_subject', more: { hs_email_direction: 'EMAIL', hs_email_status: 'SENT' } },
  task: { type: 'tasks', text: 'hs_task_subject', more: { hs_task_status: 'NOT_STARTED', hs_task_type: 'TODO' } },
};

/** Records one activity; answers the contact's own fields that HubSpot would set along with it. */
export function record(portal: Portal, contact: StoredRecord, activity: ActivityInput): Record<string, string> {
  const engagement = ENGAGEMENTS[activity.type];
  if (engagement) {
    const made = portal.create(
      engagement.type,
      { hs_timestamp: activity.at, [engagement.text]: activity.detail, ...engagement.more },
      'CRM_UI',
    );
    portal.associate(made, contact);
    return {};
  }
  return recordEvent(portal, contact, activity);
}

function recordEvent(
  portal: Portal,
  contact: StoredRecord,
  { type, at, detail, ...more }: ActivityInput,
): Record<string, string> {
  const url = more.url ?? addressOf(detail);
  const campaign = portal.nextId();
  const add = (eventType: string, occurredAt: string, properties: Record<string, string>) =>
    portal.addEvent({ eventType, objectId: contact.id, occurredAt, properties });
  const mail = { hs_email_subject: detail, hs_email_campaign_id: campaign };
  if (more.deliveredAt) add('e_delivered_email', new Date(more.deliveredAt).toISOString(), mail);
  switch (type) {
    case 'page_view':
      add('e_visited_page', at, { hs_url: url, hs_title: detail, hs_referrer: '' });
      return newer(contact, 'hs_analytics_last_timestamp', at, { hs_analytics_last_url: url });
    case 'form':
      add('e_submitted_form', at, {
        hs_form_name: detail,
        hs_form_id: campaign,
        ...(more.url && { hs_url: more.url }),
      });
      return newer(contact, 'recent_conversion_date', at, { recent_conversion_event_name: detail });
    case 'email_open':
      add('e_opened_email', at, mail);
      return newer(contact, 'hs_email_last_open_date', at, { hs_email_last_email_name: detail });
    case 'email_click':
      add('e_clicked_email', at, { ...mail, hs_click_url: url });
      return newer(contact, 'hs_email_last_click_date', at, { hs_email_last_email_name: detail });
    default:
      add(`pe${portal.id}_${type === 'webinar' ? 'webinar_attended' : 'content_downloaded'}`, at, { name: detail });
      return {};
  }
}

/** HubSpot keeps the last of a kind. */
function newer(contact: StoredRecord, name: string, at: string, more: Record<string, string>): Record<string, string> {
  return (contact.properties[name] ?? '') >= at ? {} : { [name]: at, ...more };
}

function addressOf(detail: string): string {
  if (/^https?:/.test(detail)) return detail;
  const path = detail.startsWith('/')
    ? detail
    : `/${detail
        .trim()
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')}`;
  return `https://www.example.com${path}`;
}
