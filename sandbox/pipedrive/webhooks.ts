/** Webhooks v2: each change to each webhook that wants it, with Basic authorization, and again after 3, 30 and 150 s. */
import { randomUUID } from 'node:crypto';
import { type Clock, SECOND } from '../../src/lib/clock.ts';
import type { Change, Company, Table, Webhook } from './company.ts';
import { shown } from './records.ts';

const ENTITY: Record<Table, string> = {
  persons: 'person',
  organizations: 'organization',
  deals: 'deal',
  leads: 'lead',
  activities: 'activity',
};
const ANSWER_WITHIN_MS = 10 * SECOND;
/** Real milliseconds, a twentieth of Pipedrive's own. */
const RETRIES_MS = [150, 1_500, 7_500];

interface Delivery {
  company: Company;
  webhook: Webhook;
  body: { meta: Record<string, unknown>; data: unknown; previous: unknown };
  attempt: number;
}

export function createWebhooks(clock: Clock) {
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const retries = new Map<Delivery, NodeJS.Timeout>();
  let [held, isHolding] = [[] as Delivery[], false];

  function tell(company: Company, change: Change): void {
    const { table, action } = change;
    // Two webhooks of one event carry one id.
    const id = randomUUID();
    for (const webhook of company.webhooks) {
      const wants = [webhook.event_object, webhook.event_action];
      if (!['*', ENTITY[table]].includes(wants[0] ?? '') || !['*', action].includes(wants[1] ?? '')) continue;
      const delivery = { company, webhook, body: bodyOf(company, webhook, change, id), attempt: 1 };
      if (isHolding) held.push(delivery);
      else start(delivery);
    }
  }

  function bodyOf(company: Company, webhook: Webhook, change: Change, id: string) {
    const { action, table, row, before, by, mergedTo, mergedFrom } = change;
    return {
      meta: {
        action,
        entity: ENTITY[table],
        entity_id: String(row.id),
        company_id: String(company.id),
        user_id: String(by.user),
        id,
        correlation_id: randomUUID(),
        timestamp: clock.now().toISOString(),
        version: '2.0',
        attempt: 1,
        change_source: by.source,
        is_bulk_edit: false,
        permitted_user_ids: company.users.map(user => String(user.id)),
        webhook_id: String(webhook.id),
        webhook_owner_id: String(company.owner.id),
        host: `${company.domain}.pipedrive.com`,
        type: 'general',
        ...(mergedTo !== undefined && { merged_to_id: String(mergedTo) }),
        ...(mergedFrom !== undefined && { merged_from_id: String(mergedFrom) }),
      },
      // As it is at this moment: what follows is another message.
      data: action === 'delete' ? null : structuredClone(shown(company, table, row)),
      previous: action === 'create' ? null : structuredClone(before ?? shown(company, table, row)),
    };
  }

  function start(delivery: Delivery): void {
    const work = send(delivery).finally(() => underWay.delete(work));
    underWay.add(work);
  }

  async function send(delivery: Delivery): Promise<void> {
    const { webhook, attempt, body } = delivery;
    const { http_auth_user: user, http_auth_password: password, subscription_url: url } = webhook;
    const basic = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Pipedrive Webhooks',
      ...(user !== null && { authorization: `Basic ${basic}` }),
    };
    const text = JSON.stringify({ ...body, meta: { ...body.meta, attempt } });
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const init = { method: 'POST', body: text, headers, signal, redirect: 'manual' } as const;
    const answer = await fetch(url, init).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    const wait = RETRIES_MS[attempt - 1];
    if (answer?.ok || wait === undefined || stop.signal.aborted) return;
    const again = { ...delivery, attempt: attempt + 1 };
    const timer = setTimeout(() => {
      retries.delete(again);
      start(again);
    }, wait);
    retries.set(again, timer);
  }

  return {
    tell,
    /** From now on deliveries wait for `release`; `lose` forgets them, as a ban does. */
    hold(on: boolean): void {
      isHolding = on;
    },
    release({ twice = false, reversed = false, lose = false } = {}): number {
      const waiting = reversed ? held.toReversed() : held;
      held = [];
      isHolding = false;
      if (!lose) for (const one of waiting) for (let times = 0; times < (twice ? 2 : 1); times += 1) start(one);
      return waiting.length;
    },
    undelivered: () => underWay.size + retries.size,
    reset(): void {
      held = [];
      isHolding = false;
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
    },
    async close(): Promise<void> {
      stop.abort();
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
      await Promise.all(underWay);
    },
  };
}
