/**
 * What an account tells: an automation that reaches its *Webhook* step when a score goes above a number, and a webhook that is
 * subscribed to events. Both are forms with PHP's brackets, neither is signed, nothing is tried again, and 410 ends it.
 */
import { z } from 'zod';
import type { SandboxContext } from '../service.ts';
import type { Contact, Stock } from './stock.ts';

export const webhookInput = z.strictObject({
  /** Of the automation. */
  mode: z.enum(['on', 'off']).optional(),
  /** Where both go; null: the app's own hook address. */
  url: z.url().nullable().optional(),
  /** The automation's trigger: the score goes to this or above. */
  threshold: z.number().optional(),
  /** Events that a webhook is subscribed to. */
  events: z.array(z.string()).optional(),
});

interface Options {
  mode: 'on' | 'off';
  url: string | null;
  threshold: number;
  events: string[];
}

export interface Outcome {
  url: string;
  /** What the app answered; null: nothing. */
  status: number | null;
}

const SERIES = '22';
const ANSWER_WITHIN_MS = 30_000;
const GONE = 410;
const KEPT = 2_000;

export function createWebhook(context: SandboxContext, stock: () => Stock) {
  let options: Options = { mode: 'on', url: null, threshold: 50, events: [] };
  let outcomes: Outcome[] = [];
  const waiting: string[] = [];
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  async function run(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !stop.signal.aborted; next = waiting.shift()) {
      const url = options.url ?? `${context.appUrl()}/hooks/${context.hookKey}/activecampaign`;
      const status = await post(url, next);
      outcomes = [...outcomes, { url, status }].slice(-KEPT);
      if (status === GONE) options = { ...options, mode: 'off', events: [] };
    }
  }

  async function post(url: string, body: string): Promise<number | null> {
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      await response.text();
      return response.status;
    } catch {
      // Nobody there, hung up or too slow: it is all the same to the vendor, and so is what follows.
      return null;
    }
  }

  function deliver(fields: Record<string, string>): void {
    waiting.push(new URLSearchParams(fields).toString());
    running ??= run().finally(() => {
      running = undefined;
    });
  }

  return {
    configure(change: z.infer<typeof webhookInput>): Options {
      const { mode = options.mode, url = options.url, threshold = options.threshold, events = options.events } = change;
      options = { mode, url, threshold, events };
      return options;
    },
    scoreChanged(contact: Contact, before: number, score: number): void {
      if (options.mode === 'off' || before >= options.threshold || score < options.threshold) return;
      deliver({ ...automationFields(contact, stock()), seriesid: SERIES });
    },
    happened(type: string, contact: Contact, from: string, extra: Record<string, string>): void {
      if (!options.events.includes(type)) return;
      const head = { type, date_time: stock().now(), initiated_from: from, initiated_by: from, list: '0' };
      deliver({ ...head, ...subscriptionFields(contact, stock()), ...extra });
    },
    options: () => options,
    state: () => ({ waiting: waiting.length, underWay: running ? 1 : 0, outcomes }),
    async close(): Promise<void> {
      stop.abort();
      waiting.length = 0;
      await running;
    },
  };
}

const tagsOf = ({ tags }: Contact, stock: Stock): string => [...tags].map(id => stock.tags.get(id) ?? '').join(', ');

function personFields({ id, email, firstName, lastName, phone }: Contact): Record<string, string> {
  return {
    'contact[id]': String(id),
    'contact[email]': email,
    'contact[first_name]': firstName,
    'contact[last_name]': lastName,
    'contact[phone]': phone,
  };
}

/** An automation names fields by their tags, in small letters. */
function automationFields(contact: Contact, stock: Stock): Record<string, string> {
  const company = contact.fields.get(stock.fields.find(one => one.perstag === 'COMPANY')?.id ?? '') ?? '';
  const own = stock.fields.flatMap(({ id, perstag }) => {
    const value = contact.fields.get(id);
    return value === undefined ? [] : [[`contact[fields][${perstag.toLowerCase()}]`, value]];
  });
  const head = { ...personFields(contact), 'contact[orgname]': company, 'contact[customer_acct_name]': company };
  return { ...head, 'contact[tags]': tagsOf(contact, stock), 'contact[ip4]': '127.0.0.1', ...Object.fromEntries(own) };
}

/** A subscription names them by their numbers. */
function subscriptionFields(contact: Contact, stock: Stock): Record<string, string> {
  const own = [...contact.fields].map(([id, value]) => [`contact[fields][${id}]`, value]);
  const more = { 'contact[tags]': tagsOf(contact, stock), 'contact[ip]': '127.0.0.1' };
  return { ...personFields(contact), ...more, ...Object.fromEntries(own) };
}
