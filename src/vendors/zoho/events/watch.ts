/** The channel that notifications come by: made, found again, and kept from running out. */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { after, HOUR } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Client } from '../api/client.ts';
import type { Company } from '../api/company.ts';
import { zohoTime } from '../records/values.ts';
import { channelId, hookToken } from './hook.ts';

/** What Baton wants to hear of: changes, and what people do. */
export const EVENTS = [
  ...['Leads.edit', 'Leads.delete', 'Contacts.edit', 'Contacts.delete', 'Deals.edit'],
  ...['Tasks.create', 'Tasks.edit', 'Calls.create', 'Calls.edit', 'Events.create', 'Events.edit'],
];

export interface WatchOptions {
  /** What the channels' tokens are made from. */
  secret: string;
  /** How long a channel is asked for; what is granted is read from the answer. */
  hours: number;
}

/** One module of a channel, as Zoho lists them. */
const listed = z.looseObject({
  channel_id: z.union([z.string(), z.int()]).transform(String),
  notify_url: z.string(),
  token: z.string().nullish(),
  channel_expiry: z.string().nullish(),
  events: z.array(z.string()).nullish(),
});

export interface Channel {
  id: string;
  address: string;
  /** ISO 8601. */
  until: string;
  events: string[];
}

/** Baton's own channels: those with the token that their address should have. One call. */
export async function channelsOf(client: Client, { secret }: WatchOptions): Promise<Channel[]> {
  const rows = await client.all({ path: '/actions/watch' }, 'watch', listed);
  const channels = new Map<string, Channel>();
  for (const { channel_id: id, notify_url: address, token, channel_expiry: until, events } of rows) {
    if (!isSame(token ?? '', hookToken(secret, address))) continue;
    const known = channels.get(id) ?? { id, address, until: isoOf(until), events: [] };
    known.events.push(...(events ?? []));
    channels.set(id, known);
  }
  return [...channels.values()];
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const isoOf = (text: string | null | undefined): string => {
  const moment = new Date(text ?? '');
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
};

const answer = z.object({
  watch: z.array(
    z.looseObject({
      code: z.string(),
      details: z
        .looseObject({ events: z.array(z.looseObject({ channel_expiry: z.string().nullish() })).optional() })
        .nullish(),
    }),
  ),
});

/** Makes the channel of this address, or makes it last longer. One call. Answers until when it was granted, ISO 8601. */
export async function watch(
  { client, clock }: Pick<Company, 'client' | 'clock'>,
  address: string,
  { secret, hours }: WatchOptions,
  method: 'POST' | 'PATCH',
): Promise<string> {
  const asked = after(clock.now(), hours * HOUR);
  const json = {
    watch: [
      {
        channel_id: channelId(address),
        notify_url: address,
        events: EVENTS,
        token: hookToken(secret, address),
        channel_expiry: zohoTime(asked),
      },
    ],
  };
  const { watch: done } = await client.ask({ method, path: '/actions/watch', json }, answer);
  // "Channel expiry" is at most a day on one page and a week on another: the answer counts.
  return isoOf(done[0]?.details?.events?.[0]?.channel_expiry) || asked.toISOString();
}

/** Where nothing is known of a channel it is looked for again after a while. */
const LOOK_AGAIN = HOUR;

export interface Kept {
  /** When it is to be renewed; ISO 8601. */
  renewAt: string;
  /** Where it leads to, once that was seen: one that ran out is made again. */
  address?: string;
  /** It was renewed now, or had run out: what came meanwhile may not have been told. */
  hasGap: boolean;
}

/** Renews the channel at half of what was granted, and makes it again when it ran out. None, or two calls. */
export async function keepWatching(
  company: Pick<Company, 'client' | 'clock'>,
  known: { renewAt?: string | undefined; address?: string | undefined },
  options: WatchOptions,
): Promise<Kept> {
  const now = company.clock.now();
  if (known.renewAt && new Date(known.renewAt) > now) {
    return { renewAt: known.renewAt, ...(known.address && { address: known.address }), hasGap: false };
  }
  const live = await channelsOf(company.client, options);
  const address = live[0]?.address ?? known.address;
  if (!address) return { renewAt: after(now, LOOK_AGAIN).toISOString(), hasGap: false };
  const until = await renewed(company, address, options, live.length > 0);
  const half = (Date.parse(until) - now.getTime()) / 2;
  return { renewAt: after(now, half).toISOString(), address, hasGap: true };
}

async function renewed(
  company: Pick<Company, 'client' | 'clock'>,
  address: string,
  options: WatchOptions,
  isLive: boolean,
): Promise<string> {
  if (!isLive) return watch(company, address, options, 'POST');
  try {
    return await watch(company, address, options, 'PATCH');
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // It ran out in this very moment.
    return watch(company, address, options, 'POST');
  }
}
