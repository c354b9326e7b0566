/** `npm run replay -- FIXTURE`: sends a vendor's saved delivery to the running app, signed anew where it signs. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigurationError, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { asksForHelp, endBecause } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { whyUnreadable } from '../lib/unreadable.ts';
import { VENDORS } from '../vendors/table.ts';

const SIGNING = VENDORS.filter(vendor => vendor.sign).map(vendor => vendor.name);

const HELP = `npm run replay -- FIXTURE [--vendor NAME] [--to URL]

FIXTURE is a JSON file: the body of a delivery, or an object with "provenance" and "body". It is sent to
PUBLIC_URL/hooks/HOOK_KEY/NAME of the running app, signed with the secret in the environment where the vendor signs
(${SIGNING.join(', ')}). Baton knows a delivery again: to have it read a second time, change the time in it.
  --vendor NAME   whose delivery it is; ${SIGNING[0]} when left out
  --to URL        another app than the one at PUBLIC_URL`;

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  const { file, to: other, vendor: name } = given(args);
  const env = readEnv(await withKept(process.env), VENDORS);
  const vendor = VENDORS.find(one => one.name === (name ?? SIGNING[0]));
  if (!vendor) throw new ConfigurationError(`No vendor is called ${name}.\n\n${HELP}`);
  const to = other ?? env.PUBLIC_URL;
  if (!to) throw new ConfigurationError('PUBLIC_URL is missing: say where the app runs with --to URL.');
  if (!env.HOOK_KEY) throw new ConfigurationError('HOOK_KEY is missing: deliveries are for one company.');
  const url = `${to.replace(/\/$/, '')}/hooks/${env.HOOK_KEY}/${vendor.name}`;
  const body = await bodyIn(file);
  const settings = env.vendors[vendor.name] ?? {};
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...vendor.sign?.({ url, body, at: systemClock.now(), settings }) },
    body,
  }).catch(() => {
    throw new ConfigurationError(
      `Nothing answers at ${new URL(to).origin}: start Baton, or say where it runs with --to URL.`,
    );
  });
  console.log(`${answer.status} ${await answer.text()}`);
  if (!answer.ok) process.exitCode = 1;
}

interface Given {
  file: string;
  to?: string;
  vendor?: string;
}

/**
 * FIXTURE, --to URL and --vendor NAME, in any order.
 * @throws ConfigurationError with the help for anything else
 */
function given(args: readonly string[]): Given {
  const { positionals, values } = parsed(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || (values.to !== undefined && !URL.canParse(values.to))) {
    throw notUnderstood(args);
  }
  return { file, ...values };
}

function parsed(args: readonly string[]) {
  try {
    const options = { to: { type: 'string' }, vendor: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    throw notUnderstood(args);
  }
}

const notUnderstood = (args: readonly string[]) =>
  new ConfigurationError(`Not understood: ${args.join(' ') || 'no FIXTURE was named'}\n\n${HELP}`);

async function bodyIn(file: string): Promise<string> {
  try {
    return bodyOf(await readFile(file, 'utf8'));
  } catch (thrown) {
    throw new ConfigurationError(`${file} cannot be read: ${whyUnreadable(thrown)}`);
  }
}

/** A bare body goes as it is, byte for byte; a fixture with provenance gives its body. */
function bodyOf(text: string): string {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || !('provenance' in parsed) || !('body' in parsed)) return text;
  return typeof parsed.body === 'string' ? parsed.body : JSON.stringify(parsed.body);
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
