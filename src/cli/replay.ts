/** `npm run replay -- FIXTURE`: sends a saved HubSpot delivery to the running app, signed anew with its secret. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigurationError, readEnv } from '../config/env.ts';
import { toError } from '../lib/errors.ts';

const HELP = `npm run replay -- FIXTURE [--to URL]

FIXTURE is a JSON file: the body of a HubSpot delivery (an array of events, or a workflow's object), or an object with
"provenance" and "body". It is signed with HUBSPOT_CLIENT_SECRET and sent to PUBLIC_URL/hooks/HOOK_KEY/hubspot of the
running app. Baton knows a delivery again: to have it read a second time, change its occurredAt.`;

async function main(args: string[]): Promise<void> {
  const file = args.find(arg => !arg.startsWith('--'));
  if (!file || args.includes('--help')) {
    console.log(HELP);
    if (!args.includes('--help')) process.exitCode = 2;
    return;
  }
  const env = readEnv(process.env);
  if (!env.HUBSPOT_CLIENT_SECRET)
    throw new ConfigurationError('HUBSPOT_CLIENT_SECRET is missing: the delivery cannot be signed.');
  const to = args.includes('--to') ? args[args.indexOf('--to') + 1] : env.PUBLIC_URL;
  const url = `${to?.replace(/\/$/, '')}/hooks/${env.HOOK_KEY}/hubspot`;
  const body = bodyOf(await readFile(file, 'utf8'));
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', env.HUBSPOT_CLIENT_SECRET)
    .update(`POST${url}${body}${timestamp}`)
    .digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hubspot-request-timestamp': timestamp,
      'x-hubspot-signature-v3': signature,
    },
    body,
  });
  console.log(`${answer.status} ${await answer.text()}`);
  if (!answer.ok) process.exitCode = 1;
}

/** A bare body goes as it is, byte for byte; a fixture with provenance gives its body. */
function bodyOf(text: string): string {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || !('provenance' in parsed) || !('body' in parsed)) return text;
  return typeof parsed.body === 'string' ? parsed.body : JSON.stringify(parsed.body);
}

main(process.argv.slice(2)).catch(thrown => {
  const error = toError(thrown);
  console.error(error.message);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
});
