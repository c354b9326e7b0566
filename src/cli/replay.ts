/** `npm run replay -- FIXTURE`: sends a vendor's saved delivery to the running app, signed anew where it signs. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError, readEnv } from '../config/env.ts';
import { publicUrlOf } from '../connections.ts';
import { systemClock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { VENDORS } from '../vendors/table.ts';

const SIGNING = VENDORS.filter(vendor => vendor.sign).map(vendor => vendor.name);

const HELP = `npm run replay -- FIXTURE [--vendor NAME] [--to URL]

FIXTURE is a JSON file: the body of a delivery, or an object with "provenance" and "body". It is sent to
PUBLIC_URL/hooks/HOOK_KEY/NAME of the running app, signed with the secret in the environment where the vendor signs
(${SIGNING.join(', ')}). Baton knows a delivery again: to have it read a second time, change the time in it.
  --vendor NAME   whose delivery it is; ${SIGNING[0]} when left out
  --to URL        another app than the one at PUBLIC_URL`;

async function main(args: string[]): Promise<void> {
  const { file, options } = argumentsOf(args);
  if (!file || args.includes('--help')) {
    console.log(HELP);
    if (!args.includes('--help')) process.exitCode = 2;
    return;
  }
  const env = readEnv(process.env, VENDORS);
  const vendor = VENDORS.find(one => one.name === (options.vendor ?? SIGNING[0]));
  if (!vendor) throw new ConfigurationError(`No vendor is called ${options.vendor}.\n\n${HELP}`);
  const to = (options.to ?? publicUrlOf(env)).replace(/\/$/, '');
  const url = `${to}/hooks/${env.HOOK_KEY}/${vendor.name}`;
  const body = bodyOf(await readFile(file, 'utf8'));
  const settings = env.vendors[vendor.name] ?? {};
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...vendor.sign?.({ url, body, at: systemClock.now(), settings }) },
    body,
  });
  console.log(`${answer.status} ${await answer.text()}`);
  if (!answer.ok) process.exitCode = 1;
}

function argumentsOf(args: readonly string[]): { file: string | undefined; options: { vendor?: string; to?: string } } {
  const optionOf = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const [vendor, to] = [optionOf('--vendor'), optionOf('--to')];
  const file = args.find(arg => !arg.startsWith('--') && arg !== vendor && arg !== to);
  return { file, options: { ...(vendor && { vendor }), ...(to && { to }) } };
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
