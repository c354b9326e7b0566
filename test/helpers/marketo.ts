/** Marketo, for stories: who does what there, and what it shows. */
import type { System } from './system.ts';
import { until } from './until.ts';

/** The demo's Emma as Marketo has her. */
export const EMMA_IN_MARKETO = {
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  title: 'VP Operations',
  company: 'Acme Corp',
  phone: '+1 415 555 0134',
  city: 'San Francisco',
  state: 'California',
  country: 'United States',
  leadSource: 'Webinar',
};

/** Somebody's values there become these; answers their id. */
export async function inMarketo(baton: System, values: Record<string, unknown>): Promise<string> {
  return String((await baton.post('/_sandbox/marketo/contacts', values)).id);
}

/** Whether, and as what, its campaign tells Baton. */
export const setCampaign = (baton: System, change: Record<string, unknown>) =>
  baton.post('/_sandbox/marketo/webhook', change);

interface LogEntry {
  activityTypeId: number;
  primaryAttributeValue: string | null;
  attributes: { name: string; value: unknown }[];
}

export interface Person extends Record<string, unknown> {
  lists: number[];
  log: LogEntry[];
}

export const personOf = (baton: System, id: string): Promise<Person> => baton.get(`/_sandbox/marketo/contacts/${id}`);

/** Custom activities in a person's log: what was done, and its attributes. */
export async function touchesIn(baton: System, id: string): Promise<Record<string, unknown>[]> {
  const { log } = await personOf(baton, id);
  return log
    .filter(one => one.activityTypeId > 100_000)
    .map(one => ({
      summary: one.primaryAttributeValue,
      ...Object.fromEntries(one.attributes.map(({ name, value }) => [name, value])),
    }));
}

/** What Baton answered to the webhook, newest last. */
export async function answersToMarketo(baton: System): Promise<{ status: number | null; body: string }[]> {
  const { outcomes } = await baton.get<{ outcomes: { status: number | null; body: string }[] }>(
    '/_sandbox/marketo/deliveries',
  );
  return outcomes;
}

/** Marketo has told everything, and all that follows is done. */
export async function marketoSettled(baton: System): Promise<void> {
  await until('Marketo has told everything', async () => baton.sandbox.undelivered() === 0);
  await baton.settled();
}
