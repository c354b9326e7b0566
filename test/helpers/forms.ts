/** Forms that people fill in, for stories: on a page of the company's or in its form tools. */

import assert from 'node:assert/strict';
import type { Answer } from '../../sandbox/form/senders.ts';
import { hookKeyFacts } from '../../src/db/workspaces/workspaces.ts';
import type { System } from './system.ts';

/** Lee of Acme wants a demo soon. */
export const LEE = {
  email: 'lee@acmecorp.com',
  name: 'Lee Thompson',
  company: 'Acme Corp',
  job_title: 'VP Operations',
  timeline: 'This quarter',
  budget: '$40k <!channel>',
  message: 'Pricing?\nSoon',
};

/** Somebody fills in a form on a page, or of a tool; answers what the page or tool heard. */
export async function sendForm(
  baton: System,
  fields: Record<string, string>,
  how: { by?: 'page' | 'server' | 'typeform' | 'webflow' | 'gravity'; origin?: string } = {},
): Promise<Answer> {
  return (await baton.post(`/_sandbox/form/contacts?${new URLSearchParams(how)}`, fields)) as unknown as Answer;
}

/** The same of any other body, as it is, with the key of the page unless said otherwise. */
export async function postForm(
  baton: System,
  body: string | FormData,
  {
    key = String(baton.env.vendors.form?.FORM_KEY),
    headers = {},
  }: { key?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${baton.app.url}/hooks/${encodeURIComponent(key)}/form`, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
  });
}

/** Where pages of this workspace post their forms, as its set-up says. */
export async function pageAddressOf({ app: { deps, workspaceId } }: System): Promise<string> {
  const { sources } = await deps.vendors(workspaceId);
  const { formKey } = await hookKeyFacts(deps.db, workspaceId, deps.clock.now());
  const setup = await sources.form?.hookSetup?.((await deps.hookAddress(workspaceId, 'form')) ?? '', formKey);
  const address = setup?.values.find(({ label }) => label === 'Page address')?.value;
  assert.ok(address, 'the set-up names the address for pages');
  return address;
}
