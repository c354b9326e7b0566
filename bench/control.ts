import type { Sandbox } from '../sandbox/server.ts';

/** Presses something at a stand-in; answers what it says. */
export async function control(sandbox: Sandbox, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return JSON.parse((await response.text()) || '{}') as Record<string, unknown>;
}
