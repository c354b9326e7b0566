/** Notifications: channels that expire, and each change to each channel that wants it, told once and never again. */
import { z } from 'zod';
import { after, type Clock, HOUR, SECOND } from '../../src/lib/clock.ts';
import { invalid, type Told, told } from './errors.ts';
import { isModule } from './fields.ts';
import type { Change, Org } from './org.ts';
import type { Work } from './records.ts';

interface Channel {
  org: Org;
  channel_id: string;
  notify_url: string;
  token: string | null;
  events: string[];
  expires: Date;
}

const watched = z.looseObject({
  channel_id: z.union([z.string(), z.int()]).transform(String),
  notify_url: z
    .url({ protocol: /^https?$/ })
    .max(255)
    .optional(),
  events: z.array(z.string()).min(1).max(50).optional(),
  token: z.string().max(50).optional(),
  channel_expiry: z.string().optional(),
});
const body = z.object({ watch: z.array(watched).min(1).max(50) });
type Watched = z.output<typeof watched>;

const ANSWER_WITHIN_MS = 10 * SECOND;
const DEFAULT_MS = HOUR;

export function createWatch(clock: Clock) {
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const channels: Channel[] = [];
  let [held, isHolding] = [[] as (() => void)[], false];

  const isLive = (channel: Channel) => channel.expires > clock.now();
  const live = (org: Org) => channels.filter(channel => channel.org === org && isLive(channel));
  const stamp = (at: Date) => `${at.toISOString().slice(0, 19)}+00:00`;

  function tell(org: Org, { module, id, operation, fields }: Change): void {
    for (const channel of live(org)) {
      if (!channel.events.includes(`${module}.${operation}`) && !channel.events.includes(`${module}.all`)) continue;
      const message = {
        server_time: clock.now().getTime(),
        query_params: {},
        module,
        resource_uri: `https://www.zohoapis.${org.dc}/crm/v8/${module}`,
        ids: [id],
        affected_fields: [{ [id]: fields }],
        // The guide says insert and update, others saw create and edit.
        operation: { create: 'insert', edit: 'update', delete: 'delete' }[operation],
        channel_id: Number(channel.channel_id),
        token: channel.token,
      };
      const deliver = () => start(channel.notify_url, JSON.stringify(message));
      if (isHolding) held.push(deliver);
      else deliver();
    }
  }

  function start(url: string, text: string): void {
    const work = send(url, text).finally(() => underWay.delete(work));
    underWay.add(work);
  }

  async function send(url: string, text: string): Promise<void> {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', body: text, headers, signal, redirect: 'manual' }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer().catch(() => undefined);
  }

  /** As long as asked, an hour when nothing is said, never longer than the account allows. */
  function expiryOf(org: Org, asked: string | undefined): Date {
    const wanted = asked === undefined ? after(clock.now(), DEFAULT_MS).getTime() : Date.parse(asked);
    return new Date(Math.min(wanted, clock.now().getTime() + org.settings.watchHours * HOUR));
  }

  function eventsRefused(events: readonly string[]): Told | undefined {
    const wrong = events.find(event => {
      const [module = '', operation = ''] = event.split('.');
      return !isModule(module) || !['create', 'edit', 'delete', 'all'].includes(operation);
    });
    return wrong === undefined ? undefined : told('INVALID_DATA', 'invalid data', { api_name: 'events' });
  }

  function granted(channel: Channel) {
    const modules = [...new Set(channel.events.map(event => event.split('.')[0] ?? ''))];
    const events = modules.map(module => ({
      channel_expiry: stamp(channel.expires),
      resource_uri: `https://www.zohoapis.${channel.org.dc}/crm/v8/${module}`,
      resource_id: channel.org.fields.Leads[0]?.id,
      resource_name: module,
      channel_id: channel.channel_id,
    }));
    return { code: 'SUCCESS', details: { events }, message: 'Successfully subscribed', status: 'success' };
  }

  function one(org: Org, given: Watched, isNew: boolean): Told | ReturnType<typeof granted> {
    const refused = eventsRefused(given.events ?? []);
    if (refused) return refused;
    const known = live(org).find(channel => channel.channel_id === given.channel_id);
    const expires = expiryOf(org, given.channel_expiry);
    if (Number.isNaN(expires.getTime())) return told('INVALID_DATA', 'invalid data', { api_name: 'channel_expiry' });
    if (!isNew && !known) return told('INVALID_DATA', 'channel not found', { api_name: 'channel_id' });
    if (isNew && (!given.notify_url || !given.events))
      return told('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'notify_url' });
    const channel: Channel = known ?? {
      org,
      channel_id: given.channel_id,
      notify_url: '',
      token: null,
      events: [],
      expires,
    };
    Object.assign(channel, {
      expires,
      ...(given.notify_url && { notify_url: given.notify_url }),
      ...(given.events && { events: given.events }),
      ...(given.token !== undefined && { token: given.token }),
    });
    if (!known) channels.push(channel);
    return granted(channel);
  }

  const save =
    (isNew: boolean): Work =>
    (org, req) => {
      const read = body.safeParse(req.body);
      if (!read.success) throw invalid(z.prettifyError(read.error));
      const watch = read.data.watch.map(given => one(org, given, isNew));
      const isGood = watch.every(({ status }) => status === 'success');
      return { status: isGood ? (isNew ? 201 : 200) : 400, body: { watch } };
    };

  const list: Work = org => {
    const watch = live(org).flatMap(channel =>
      [...new Set(channel.events.map(event => event.split('.')[0]))].map(module => ({
        channel_id: channel.channel_id,
        notify_url: channel.notify_url,
        token: channel.token,
        resource_name: module,
        events: channel.events.filter(event => event.startsWith(`${module}.`)),
        channel_expiry: stamp(channel.expires),
      })),
    );
    if (watch.length === 0) return { status: 204 };
    return { status: 200, body: { watch, info: { per_page: 200, count: watch.length, page: 1, more_records: false } } };
  };

  const remove: Work = (org, req) => {
    const ids = String(req.query.channel_ids ?? '').split(',');
    const gone = live(org).filter(channel => ids.includes(channel.channel_id));
    if (gone.length === 0) throw invalid('channel not found', { param_name: 'channel_ids' });
    for (const channel of gone) channels.splice(channels.indexOf(channel), 1);
    return {
      status: 200,
      body: {
        watch: gone.map(({ channel_id: id }) => ({
          code: 'SUCCESS',
          details: { channel_id: id },
          message: 'Successfully unsubscribed',
          status: 'success',
        })),
      },
    };
  };

  return {
    tell,
    handlers: { list, make: save(true), change: save(false), remove },
    channelsOf: (org: Org) => live(org).map(({ org: _its, ...channel }) => channel),
    hold(on: boolean): void {
      isHolding = on;
    },
    release({ twice = false, reversed = false, lose = false } = {}): number {
      const waiting = reversed ? held.toReversed() : held;
      held = [];
      isHolding = false;
      if (!lose) for (const deliver of waiting) for (let times = 0; times < (twice ? 2 : 1); times += 1) deliver();
      return waiting.length;
    },
    undelivered: () => underWay.size,
    reset(): void {
      held = [];
      isHolding = false;
      channels.length = 0;
    },
    async close(): Promise<void> {
      stop.abort();
      await Promise.all(underWay);
    },
  };
}
