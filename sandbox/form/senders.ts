/** How forms come: from a page with the form key, or from a tool in its own shape, signed as it signs. */
import { createHmac, randomUUID } from 'node:crypto';
import type { SandboxContext } from '../service.ts';

export const KEYS = {
  /** Pages hold it. */
  form: 'sandbox-form-key',
  typeform: 'sandbox-typeform-secret',
  webflow: 'sandbox-webflow-secret',
  gravity: 'sandbox-gravity-key',
};

export type Fields = Record<string, string>;

export interface Delivery {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const json = { 'content-type': 'application/json' };

export const SENDERS = {
  page: (fields: Fields, { origin }: { origin: string }): Delivery => ({
    path: `/hooks/${KEYS.form}/form`,
    headers: { origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }),
  server: (fields: Fields, { hookKey }: { hookKey: string }): Delivery => ({
    path: `/hooks/${hookKey}/form`,
    headers: json,
    body: JSON.stringify(fields),
  }),
  typeform(fields: Fields, { hookKey, now }: { hookKey: string; now: Date }): Delivery {
    const refs = Object.entries(fields).map(([ref, value], index) => ({ id: `f${index}`, ref, value }));
    const response = {
      form_id: 'lT4Z3j',
      token: randomUUID().replaceAll('-', ''),
      landed_at: new Date(now.getTime() - 60_000).toISOString(),
      submitted_at: now.toISOString(),
      hidden: {},
      definition: {
        id: 'lT4Z3j',
        title: 'Demo',
        fields: refs.map(({ id, ref }) => ({ id, ref, type: 'short_text', title: ref })),
      },
      answers: refs.map(({ id, ref, value }) =>
        ref === 'email'
          ? { type: 'email', email: value, field: { id, type: 'email', ref } }
          : { type: 'text', text: value, field: { id, type: 'short_text', ref } },
      ),
    };
    const body = JSON.stringify({ event_id: randomUUID(), event_type: 'form_response', form_response: response });
    const signature = `sha256=${createHmac('sha256', KEYS.typeform).update(body).digest('base64')}`;
    return { path: `/hooks/${hookKey}/typeform`, headers: { ...json, 'typeform-signature': signature }, body };
  },
  webflow(data: Fields, { hookKey, now }: { hookKey: string; now: Date }): Delivery {
    const id = randomUUID().replaceAll('-', '').slice(0, 24);
    const payload = { name: 'Demo', siteId: 'site', data, submittedAt: now.toISOString(), id, formId: 'form' };
    const body = JSON.stringify({ triggerType: 'form_submission', payload });
    const time = String(now.getTime());
    const signature = createHmac('sha256', KEYS.webflow).update(`${time}:${body}`).digest('hex');
    const headers = { ...json, 'x-webflow-timestamp': time, 'x-webflow-signature': signature };
    return { path: `/hooks/${hookKey}/webflow`, headers, body };
  },
  gravity(fields: Fields, { hookKey, now }: { hookKey: string; now: Date }): Delivery {
    const entry = {
      id: String(now.getTime()),
      form_id: '3',
      ip: '192.0.2.7',
      status: 'active',
      source_url: 'https://www.example.com/demo/',
    };
    const date_created = now.toISOString().slice(0, 19).replace('T', ' ');
    const body = JSON.stringify({ ...fields, ...entry, date_created });
    return { path: `/hooks/${hookKey}/gravity`, headers: { ...json, 'x-baton-key': KEYS.gravity }, body };
  },
};

export type SenderName = keyof typeof SENDERS;

/** What a form's page or tool hears. */
export interface Answer {
  status: number;
  location: string | null;
  body: string;
}

export async function send(context: SandboxContext, { path, headers, body }: Delivery): Promise<Answer> {
  const response = await fetch(`${context.appUrl()}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location'), body: await response.text() };
}
