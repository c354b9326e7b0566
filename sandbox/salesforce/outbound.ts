/** Telling the app: outbound messages of flows on some objects, SOAP 1.1, sent until they are acknowledged. */
import { z } from 'zod';
import type { SandboxContext } from '../service.ts';
import { makeId } from './ids.ts';
import type { ActiveFlow } from './metadata-parts.ts';
import type { Org } from './org.ts';
import type { SfRecord, Value } from './store.ts';

export const outboundInput = z.strictObject({
  /** `off`: no flow is active; `auto`: sent at once, and again after growing gaps; `manual`: only by `deliver`. */
  mode: z.enum(['off', 'auto', 'manual']).optional(),
  /** Object → fields its flow sends; replaces the whole list. */
  objects: z.record(z.string(), z.array(z.string())).optional(),
  /** Where to; null: back to the app's own hook address. */
  url: z.url().nullable().optional(),
});

export const deliverInput = z.strictObject({
  /** Every message is sent again, whatever was answered before. */
  again: z.boolean().optional(),
  /** The newest first. */
  reverse: z.boolean().optional(),
  /** One notification a message instead of up to 100. */
  single: z.boolean().optional(),
});

const USUAL: Record<string, string[]> = {
  Task: [
    'ActivityDate',
    'CallDurationInSeconds',
    'CallType',
    'Description',
    'IsClosed',
    'OwnerId',
    'Status',
    'Subject',
    'TaskSubtype',
    'WhatId',
    'WhoId',
  ],
  Event: ['ActivityDateTime', 'Description', 'OwnerId', 'StartDateTime', 'Subject', 'WhatId', 'WhoId'],
  Lead: ['Company', 'Email', 'IsConverted', 'OwnerId', 'Status'],
  Opportunity: ['Amount', 'IsClosed', 'IsWon', 'Name', 'OwnerId', 'StageName'],
};

const MOST_NOTIFICATIONS = 100;
const FIRST_GAP_MS = 30_000;
const LONGEST_GAP_MS = 2 * 3_600_000;
const GIVES_UP_AFTER_MS = 24 * 3_600_000;

interface Notification {
  id: string;
  object: string;
  recordId: string;
  /** Of a flow with an address of its own. */
  flow?: ActiveFlow;
}

export interface Delivered {
  messages: number;
  accepted: number;
  /** What was answered, in order. */
  statuses: (number | null)[];
  waiting: number;
}

export type Outbound = ReturnType<typeof createOutbound>;

/** @param nextNumber of a notification, over all orgs */
export function createOutbound(context: SandboxContext, org: Org, nextNumber: () => number) {
  let mode: 'off' | 'auto' | 'manual' = 'off';
  let objects = USUAL;
  let url: string | null = null;
  /** Fields without which a flow does not start, by object. */
  let filled: Record<string, string[]> = {};
  let waiting: Notification[] = [];
  let sent: Notification[] = [];
  const timers = new Set<NodeJS.Timeout>();

  /** Deployed flows whose messages go elsewhere than the others'. */
  let elsewhere: ActiveFlow[] = [];

  const target = () => url ?? `${context.appUrl()}/hooks/${context.hookKey}/salesforce`;

  /** Sends one message; the whole of it counts as accepted or not. */
  async function send(some: readonly Notification[]): Promise<{ status: number | null; isAccepted: boolean }> {
    const flow = some[0]?.flow;
    const told = flow ? { [flow.object]: flow.fields } : objects;
    try {
      const answer = await fetch(flow?.url ?? target(), {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
        body: envelope(org, context.baseUrl(org.identity.host), told, some),
        signal: AbortSignal.timeout(60_000),
      });
      const text = await answer.text();
      const isAccepted = answer.status === 200 && /<(?:\w+:)?Ack>\s*true\s*<\//.test(text);
      return { status: answer.status, isAccepted };
    } catch {
      return { status: null, isAccepted: false };
    }
  }

  function settle(some: readonly Notification[]): void {
    const done = new Set(some);
    waiting = waiting.filter(one => !done.has(one));
    sent = [...sent, ...some.filter(one => !sent.includes(one))];
  }

  async function attempt(one: Notification, gapMs: number, sinceMs: number): Promise<void> {
    if (!waiting.includes(one)) return;
    const { isAccepted } = await send([one]);
    if (isAccepted) return settle([one]);
    if (sinceMs > GIVES_UP_AFTER_MS || mode === 'off') return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(one, Math.min(gapMs * 2, LONGEST_GAP_MS), sinceMs + gapMs);
    }, gapMs);
    timer.unref();
    timers.add(timer);
  }

  return {
    /** Follows what changes in the org. */
    watch() {
      const tell = (object: string, record: SfRecord, flow?: ActiveFlow) => {
        const id = makeId('04l', nextNumber(), org.identity.instance);
        const one = { id, object, recordId: String(record.Id), ...(flow && { flow }) };
        waiting.push(one);
        if (mode === 'auto') void attempt(one, FIRST_GAP_MS, 0);
      };
      org.store.onChange(({ object, record, before }) => {
        if (mode === 'off') return;
        const has = (field: string) => (record[field] ?? null) !== null;
        if (objects[object] && (filled[object] ?? []).every(has)) tell(object, record);
        for (const flow of elsewhere.filter(one => one.object === object && one.filled.every(has))) {
          const isOther = (field: string) => (record[field] ?? null) !== (before?.[field] ?? null);
          if (flow.changed.length === 0 || flow.changed.some(isOther)) tell(object, record, flow);
        }
      });
    },
    configure(input: z.infer<typeof outboundInput>) {
      mode = input.mode ?? mode;
      objects = input.objects ?? objects;
      if (input.url !== undefined) url = input.url;
    },
    /** Active flows that were deployed: they send at once, unless control says how. */
    flows(active: ActiveFlow[]) {
      const usual = active.filter(one => one.changed.length === 0);
      const [first] = usual;
      elsewhere = active.filter(one => one.changed.length > 0);
      if (!first) return;
      objects = Object.fromEntries(usual.map(one => [one.object, one.fields]));
      filled = Object.fromEntries(usual.map(one => [one.object, one.filled]));
      url = first.url;
      if (mode === 'off') mode = 'auto';
    },
    show: () => ({ mode, objects, url: target(), waiting: waiting.length, sent: sent.length }),
    /** Sends everything that waits now, one message after the other; one object a message. */
    async deliver({ again, reverse, single }: z.infer<typeof deliverInput>): Promise<Delivered> {
      const due = again ? [...sent, ...waiting] : [...waiting];
      if (reverse) due.reverse();
      const statuses: (number | null)[] = [];
      let accepted = 0;
      for (const message of messagesOf(due, single ? 1 : MOST_NOTIFICATIONS)) {
        const answer = await send(message);
        statuses.push(answer.status);
        if (!answer.isAccepted) continue;
        accepted += 1;
        settle(message);
      }
      return { messages: statuses.length, accepted, statuses, waiting: waiting.length };
    },
    /** Nothing leaves any more. */
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      mode = 'off';
      waiting = [];
    },
  };
}

function messagesOf(due: readonly Notification[], most: number): Notification[][] {
  const messages: Notification[][] = [];
  for (const one of due) {
    const last = messages.at(-1);
    const isAlike = last?.[0]?.object === one.object && last[0].flow === one.flow;
    if (last && last.length < most && isAlike) last.push(one);
    else messages.push([one]);
  }
  return messages;
}

function envelope(
  org: Org,
  base: string,
  objects: Record<string, string[]>,
  notifications: readonly Notification[],
): string {
  const list = notifications.map(one => notificationOf(org, objects[one.object] ?? [], one)).join('');
  const version = org.version.slice(1);
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${org.id}</OrganizationId>
   <ActionId>${makeId('04k', 1, org.identity.instance)}</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>${escaped(base)}/services/Soap/c/${version}/${org.id.slice(0, 15)}</EnterpriseUrl>
   <PartnerUrl>${escaped(base)}/services/Soap/u/${version}/${org.id.slice(0, 15)}</PartnerUrl>
${list}  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

/** The record as it is when the message leaves; nothing of it when it is gone. Fields that are null are not sent. */
function notificationOf(org: Org, fields: readonly string[], { id, object, recordId }: Notification): string {
  const record = org.store.get(object, recordId);
  const data = record && record.IsDeleted !== true ? recordXml(object, record, fields) : '';
  return `   <Notification>\n    <Id>${id}</Id>\n${data}   </Notification>\n`;
}

function recordXml(object: string, record: SfRecord, fields: readonly string[]): string {
  const lines = [...new Set(['Id', ...fields])].flatMap(name => {
    const value = record[name] ?? null;
    return value === null ? [] : [`     <sf:${name}>${escaped(textOf(value))}</sf:${name}>\n`];
  });
  return `    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">\n${lines.join('')}    </sObject>\n`;
}

/** SOAP writes moments with Z where REST writes +0000. */
function textOf(value: NonNullable<Value>): string {
  return String(value).replace(/^(\d{4}-\d\d-\d\dT.*)\+0000$/, '$1Z');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
