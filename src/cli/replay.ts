/** `npm run replay -- FIXTURE`: sends a saved HubSpot delivery to the running app, signed anew with its secret. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigurationError, readEnv } from '../config/env.ts';
import { toError } from '../lib/errors.ts';
import { asksForHelp, endBecause } from './end.ts';

const HELP = `npm run replay -- FIXTURE [--to URL]

FIXTURE is a JSON file: the body of a HubSpot delivery (an array of events, or a workflow's object), or an object with
"provenance" and "body". It is signed with HUBSPOT_CLIENT_SECRET and sent to PUBLIC_URL/hooks/HOOK_KEY/hubspot of the
running app. Baton knows a delivery again: to have it read a second time, change its occurredAt.`;

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  const { file, to: other } = given(args);
  const env = readEnv(process.env);
  if (!env.HUBSPOT_CLIENT_SECRET)
    throw new ConfigurationError('HUBSPOT_CLIENT_SECRET is missing: the delivery cannot be signed.');
  const to = other ?? env.PUBLIC_URL;
  if (!to) throw new ConfigurationError('PUBLIC_URL is missing: say where the app runs with --to URL.');
  const url = `${to.replace(/\/$/, '')}/hooks/${env.HOOK_KEY}/hubspot`;
  const body = await bodyIn(file);
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
  }).catch(() => {
    throw new ConfigurationError(
      `Nothing answers at ${new URL(to).origin}: start Baton, or say where it runs with --to URL.`,
    );
  });
  console.log(`${answer.status} ${await answer.text()}`);
  if (!answer.ok) process.exitCode = 1;
}

/** FIXTURE and --to URL, in any order. */
function given(args: readonly string[]): { file: string; to?: string } {
  const at = args.indexOf('--to');
  const to = at < 0 ? undefined : args[at + 1];
  const [file, ...more] = at < 0 ? args : args.toSpliced(at, 2);
  if (file === undefined || file.startsWith('-') || more.length > 0 || (at >= 0 && !URL.canParse(to ?? ''))) {
    throw new ConfigurationError(`Not understood: ${args.join(' ') || 'no FIXTURE was named'}\n\n${HELP}`);
  }
  return { file, ...(to !== undefined && { to }) };
}

async function bodyIn(file: string): Promise<string> {
  try {
    return bodyOf(await readFile(file, 'utf8'));
  } catch (thrown) {
    throw new ConfigurationError(`${file} cannot be read: ${toError(thrown).message}`);
  }
}

/** A bare body goes as it is, byte for byte; a fixture with provenance gives its body. */
function bodyOf(text: string): string {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || !('provenance' in parsed) || !('body' in parsed)) return text;
  return typeof parsed.body === 'string' ? parsed.body : JSON.stringify(parsed.body);
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
