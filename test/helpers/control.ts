/** The sandbox's own buttons, for tests: what happens at a vendor without Baton. */
import assert from 'node:assert/strict';

/** Whatever runs the stand-ins at an address. */
type Standing = { url: string };

/** Presses one of the stand-ins' buttons, such as `hubspot/contacts`; answers its JSON. A refusal fails the test. */
export function press<T = Record<string, unknown>>(sandbox: Standing, path: string, body: unknown = {}): Promise<T> {
  return asked(sandbox, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** What a stand-in shows of itself, such as `salesforce/Lead`. */
export function look<T = Record<string, unknown>>(sandbox: Standing, path: string): Promise<T> {
  return asked(sandbox, path);
}

async function asked<T>(sandbox: Standing, path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
  const text = await answer.text();
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text || '{}') as T;
}
