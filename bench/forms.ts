/** Forms one by one: how long until the lead's mail is handed to the mail server, and what each costs. */
import type { Sandbox } from '../sandbox/server.ts';
import { knownCompany } from './company.ts';
import type { Row } from './table.ts';

const UPSTREAM_MS = 80;
const WARM_UP = 20;
const ONE_BY_ONE = 60;
/** Whoever is asked about somebody who sent a form, and whoever is told. */
const UPSTREAMS = ['salesforce', 'hubspot', 'marketo', 'pardot', 'activecampaign', 'clearbit', 'slack', 'mail'];
const LONGEST_WAIT = 20_000;

/** @param appUrl of an app whose playbook answers forms */
export async function forms(sandbox: Sandbox, appUrl: string): Promise<Row[]> {
  await each(sandbox, appUrl, 'warm', WARM_UP);
  for (const service of UPSTREAMS) sandbox.latency(service, UPSTREAM_MS);
  const before = calls(sandbox);
  const times = (await each(sandbox, appUrl, 'form', ONE_BY_ONE)).sort((one, other) => one - other);
  const after = calls(sandbox);
  for (const service of UPSTREAMS) sandbox.latency(service, 0);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  const what = `form submitted → mail handed to the mail server, upstreams ${UPSTREAM_MS} ms`;
  return [
    { what: `${what}, p50`, measured: at(0.5), unit: 'ms', target: 1_000, better: 'lower' },
    { what: `${what}, p99`, measured: at(0.99), unit: 'ms', target: 5_000, better: 'lower' },
    {
      what: 'Salesforce calls a lead of a form',
      measured: (after - before) / ONE_BY_ONE,
      unit: '',
      target: 2,
      better: 'lower',
    },
  ];
}

const calls = (sandbox: Sandbox) => sandbox.calls('salesforce').length;

/** Each of a company of its own; the next is sent when the mail to the one before is there. Milliseconds. */
async function each(sandbox: Sandbox, appUrl: string, name: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const domain = `${name}-${index}-forms.com`;
    await knownCompany(sandbox, { domain, name, index });
    const email = `lee@${domain}`;
    const from = performance.now();
    await sendForm(sandbox, appUrl, { email, name: `Lee ${index}`, job_title: 'VP Operations', timeline: 'now' });
    await untilMailed(sandbox, email);
    times.push(performance.now() - from);
  }
  return times;
}

async function sendForm(sandbox: Sandbox, appUrl: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(`${appUrl}/hooks/${sandbox.env().HOOK_KEY}/form`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...fields, country: 'United States', _form: 'Demo request' }),
  });
  if (answer.status !== 200) throw new Error(`a form was answered ${answer.status}: ${await answer.text()}`);
}

async function untilMailed(sandbox: Sandbox, to: string): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT;
  for (;;) {
    const answer = await fetch(`${sandbox.url}/_sandbox/mail/messages?${new URLSearchParams({ to })}`);
    if (((await answer.json()) as { messages: unknown[] }).messages.length > 0) return;
    if (performance.now() > deadline) throw new Error(`no mail to ${to} within ${LONGEST_WAIT} ms`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
