/**
 * A smart campaign that calls a webhook whenever the score is changed to so much or more: the template's tokens are filled in,
 * each encoded as the webhook says, one call after the other, and none is tried again.
 */
import { z } from 'zod';
import type { SandboxContext } from '../service.ts';
import type { Instance, Lead, Value } from './instance.ts';
import type { Field } from './schema.ts';

export const webhookInput = z.strictObject({
  mode: z.enum(['on', 'off']).optional(),
  /** Where it goes; null: the app's own hook address. */
  url: z.url().nullable().optional(),
  /** `New Score` of the campaign's trigger is at least this. */
  threshold: z.number().optional(),
  /** Request Token Encoding. */
  encoding: z.enum(['json', 'form', 'none']).optional(),
  template: z.string().optional(),
  /** Custom headers; null takes all of them away. */
  headers: z.record(z.string(), z.string()).nullable().optional(),
  /** Of the campaign. */
  campaign: z.string().optional(),
});

export interface WebhookOptions {
  mode: 'on' | 'off';
  url: string | null;
  threshold: number;
  encoding: 'json' | 'form' | 'none';
  template: string;
  headers: Record<string, string>;
  campaign: string;
}

export interface Outcome {
  url: string;
  leadId: number;
  /** What the app answered; null: nothing. */
  status: number | null;
  body: string;
}

const TEMPLATE =
  '{"id": {{lead.Id}}, "email": {{lead.Email Address}}, "company": {{company.Company Name}}, "score": {{lead.Lead Score}}, ' +
  '"campaign": {{campaign.id}}, "at": {{system.dateTime}}}';
const CAMPAIGN_ID = 2_041;
const ANSWER_WITHIN_MS = 30_000;
const KEPT = 2_000;

export type Webhook = ReturnType<typeof createWebhook>;

export function createWebhook(context: SandboxContext, key: string, instance: () => Instance) {
  let options: WebhookOptions = {
    mode: 'on',
    url: null,
    threshold: 50,
    encoding: 'json',
    template: TEMPLATE,
    headers: { 'Content-Type': 'application/json', 'X-Baton-Key': key },
    campaign: 'MQL',
  };
  const waiting: { body: string; leadId: number }[] = [];
  let outcomes: Outcome[] = [];
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  const target = () => options.url ?? `${context.appUrl()}/hooks/${context.hookKey}/marketo`;

  /** Executions of a campaign are serial. */
  async function run(): Promise<void> {
    for (let next = waiting.shift(); next && !stop.signal.aborted; next = waiting.shift()) await call(next);
  }

  async function call({ body, leadId }: { body: string; leadId: number }): Promise<void> {
    const url = target();
    const { headers } = options;
    const answer = await post(url, headers, body);
    outcomes = [...outcomes, { url, leadId, ...answer }].slice(-KEPT);
    const isEmpty = answer.status !== null && answer.body === '';
    if (answer.status !== null && answer.status < 300 && !isEmpty) return;
    instance().add({
      leadId,
      activityTypeId: 110,
      primaryAttributeValueId: 1,
      primaryAttributeValue: 'Baton',
      attributes: [{ name: 'Error Type', value: isEmpty ? '1001' : String(answer.status ?? 'timeout') }],
    });
  }

  async function post(url: string, headers: Record<string, string>, body: string) {
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      return { status: response.status, body: await response.text() };
    } catch {
      // Nobody there, hung up or too slow: to Marketo these are all the same, and so is what follows.
      return { status: null, body: '' };
    }
  }

  return {
    options: () => options,
    configure({ headers, ...change }: z.infer<typeof webhookInput>): WebhookOptions {
      options = { ...options, ...change, ...(headers !== undefined && { headers: headers ?? {} }) };
      return options;
    },
    scoreChanged(lead: Lead, field: Field, score: number): void {
      if (options.mode === 'off' || field.name !== 'leadScore' || score < options.threshold) return;
      waiting.push({ leadId: lead.id, body: filled(options, lead, instance(), context.clock.now()) });
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

/** The template with its tokens in it; what a token does not know is empty. */
function filled({ template, encoding, campaign }: WebhookOptions, lead: Lead, { fields }: Instance, now: Date): string {
  const byLabel = new Map([...fields.values()].map(field => [field.label, field.name]));
  const special: Record<string, Value> = {
    'lead.Id': lead.id,
    'campaign.name': campaign,
    'campaign.id': CAMPAIGN_ID,
    // In the instance's own zone, without saying so.
    'system.dateTime': new Date(now.getTime() - 6 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
  };
  return template.replaceAll(/\{\{([^}]+)\}\}/g, (_whole, token: string) => {
    const label = token.replace(/^(lead|company)\./, '');
    const value = special[token] ?? lead.values[byLabel.get(label) ?? ''] ?? null;
    return encoded(value, encoding);
  });
}

/** With JSON the quotes of a text are Marketo's own doing; a template that has quotes of its own has them twice. */
function encoded(value: Value, encoding: WebhookOptions['encoding']): string {
  const text = value === null ? '' : String(value);
  if (encoding === 'json') return JSON.stringify(text);
  return encoding === 'form' ? encodeURIComponent(text).replaceAll('%20', '+') : text;
}
