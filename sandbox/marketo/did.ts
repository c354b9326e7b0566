/** What a person did, put where Marketo keeps it: in the log, under the type that it has there. */
import { z } from 'zod';
import type { Instance, Lead } from './instance.ts';

export const activityInput = z.strictObject({
  type: z.enum([
    'page_view',
    'form',
    'email_open',
    'email_click',
    'webinar',
    'download',
    'unsubscribe',
    'moment',
    'status',
  ]),
  at: z.union([z.iso.datetime({ offset: true }), z.number()]).transform(at => new Date(at)),
  /** A page, form, mail, link, program or moment by its name. */
  detail: z.string().default(''),
  url: z.string().optional(),
  /** Of a program: the status that the person has in it from now on. */
  status: z.string().optional(),
  /** Marketo takes whoever clicked for a robot. */
  bot: z.boolean().optional(),
});
export type ActivityInput = z.output<typeof activityInput>;

/** The type's number, what it is primarily about, and the rest. */
function entryOf({
  type,
  detail,
  url,
  status,
  bot,
}: ActivityInput): [number, string, Record<string, string | boolean>] {
  const page = { 'Client IP Address': '192.0.2.7', 'Referrer URL': '', 'User Agent': 'Mozilla/5.0' };
  switch (type) {
    case 'page_view':
      return [1, detail, { ...page, 'Webpage URL': url ?? (detail.startsWith('/') ? detail : '/') }];
    case 'form':
      return [2, detail, { ...page, 'Webpage ID': '71' }];
    case 'download':
      return [3, url ?? detail, page];
    case 'unsubscribe':
      return [9, detail, page];
    case 'email_open':
      return [10, detail, { Device: 'Desktop', 'User Agent': 'Mozilla/5.0' }];
    case 'email_click':
      return [
        11,
        detail,
        { Link: url ?? 'https://www.example.com/', ...(bot !== undefined && { 'Is Bot Activity': bot }) },
      ];
    case 'moment':
      return [46, status ?? 'Web', { Date: '2026-11-24', Description: detail, Source: 'Smart campaign' }];
    case 'webinar':
    case 'status':
      return [104, detail, { 'Old Status': 'Registered', 'New Status': status ?? 'Attended', Success: true }];
  }
}

export function record(instance: Instance, lead: Lead, activity: ActivityInput): void {
  const [activityTypeId, primary, more] = entryOf(activity);
  instance.add({
    at: activity.at,
    leadId: lead.id,
    activityTypeId,
    primaryAttributeValueId: activityTypeId === 46 ? null : instance.assetId(primary),
    primaryAttributeValue: primary,
    // What is empty is left out.
    attributes: Object.entries(more).flatMap(([name, value]) => (value === '' ? [] : [{ name, value }])),
  });
}
