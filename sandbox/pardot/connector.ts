/**
 * The Salesforce connector, and the flow that an admin has there: a synced score that changed becomes an outbound message (SOAP
 * 1.1) to the app. It is tried again once where it was not acknowledged.
 */
import { z } from 'zod';
import type { SandboxContext } from '../service.ts';
import type { Prospect } from './prospect.ts';

export const connectorInput = z.strictObject({
  /** `off`: no flow, or nothing is synced. */
  mode: z.enum(['on', 'off']).optional(),
  /** Where to; null: the app's own hook address. */
  url: z.url().nullable().optional(),
  /** The flow's condition; null: it sends every score that changed. */
  threshold: z.number().nullable().optional(),
  /** The org that the messages name; null: this one. Another is a sandbox that was made of it. */
  org: z.string().nullable().optional(),
  /** Fields of the message beside Id. */
  fields: z.array(z.string()).optional(),
});

type Options = Required<z.infer<typeof connectorInput>>;

export interface Outcome {
  url: string;
  /** What the app answered; null: nothing. */
  status: number | null;
  acknowledged: boolean;
}

const USUAL = ['Email', 'Company', 'pi__score__c', 'pi__grade__c', 'pi__url__c', 'pi__Pardot_Last_Scored_At__c'];
const ANSWER_WITHIN_MS = 30_000;
const TRIES = 2;
const KEPT = 2_000;

export function createConnector(context: SandboxContext, org: string) {
  let options: Options = { mode: 'on', url: null, threshold: null, org: null, fields: USUAL };
  let outcomes: Outcome[] = [];
  let number = 0;
  const waiting: string[] = [];
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  async function run(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !stop.signal.aborted; next = waiting.shift()) {
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const outcome = await post(next);
        outcomes = [...outcomes, outcome].slice(-KEPT);
        if (outcome.acknowledged) break;
      }
    }
  }

  async function post(body: string): Promise<Outcome> {
    const url = options.url ?? `${context.appUrl()}/hooks/${context.hookKey}/pardot`;
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' };
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      const isAck = /<(?:\w+:)?Ack>\s*true\s*<\//.test(await response.text());
      return { url, status: response.status, acknowledged: response.status === 200 && isAck };
    } catch {
      // Nobody there, hung up or too slow: it is all the same to the sender, and so is what follows.
      return { url, status: null, acknowledged: false };
    }
  }

  return {
    configure(change: z.infer<typeof connectorInput>): Options {
      options = {
        ...options,
        ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
      };
      return options;
    },
    scoreChanged(prospect: Prospect, at: string): void {
      const score = Number(prospect.values.score);
      if (options.mode === 'off' || (options.threshold !== null && score < options.threshold)) return;
      number += 1;
      waiting.push(
        envelope(options.org ?? org, `04l${String(number).padStart(15, '0')}`, recordOf(prospect, at), options.fields),
      );
      running ??= run().finally(() => {
        running = undefined;
      });
    },
    state: () => ({ waiting: waiting.length, underWay: running ? 1 : 0, outcomes }),
    async close(): Promise<void> {
      stop.abort();
      waiting.length = 0;
      await running;
    },
  };
}

/** The record that the connector keeps in step. */
function recordOf({ id, values }: Prospect, at: string): Record<string, unknown> {
  return {
    Id: values.salesforceId ?? `00Q${String(id).padStart(15, '0')}`,
    Email: values.email,
    Company: values.company,
    pi__score__c: values.score,
    pi__grade__c: values.grade,
    pi__url__c: `https://pi.pardot.com/prospect/read?id=${id}`,
    pi__Pardot_Last_Scored_At__c: new Date(at).toISOString(),
  };
}

function envelope(org: string, id: string, record: Record<string, unknown>, fields: readonly string[]): string {
  const lines = ['Id', ...fields].flatMap(name => {
    const value = record[name] ?? null;
    return value === null ? [] : [`<sf:${name}>${escaped(String(value))}</sf:${name}>`];
  });
  const type = String(record.Id).startsWith('003') ? 'Contact' : 'Lead';
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${org}</OrganizationId>
   <ActionId>04k000000000001AAA</ActionId>
   <SessionId xsi:nil="true"/>
   <Notification>
    <Id>${id}</Id>
    <sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${lines.join('')}</sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => `&${NAMED[letter]};`);
