/** The public address: what it must look like, and whether it leads here, as far as can be told from here. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { SECOND } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import { httpClient } from '../lib/http.ts';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Addresses that nobody outside can reach. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}

export type Read = { ok: true; address: string } | { ok: false; problem: string };

/** What somebody typed as an address of the form `https://host[:port]`; a host alone is taken for https. */
export function readAddress(typed: string): Read {
  const text = typed.trim();
  if (text === '') return { ok: false, problem: 'Type the address under which Slack will reach Baton.' };
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!url?.hostname)
    return { ok: false, problem: `${shown(text)} is no address. It looks like https://baton.your-company.com.` };
  if (url.username || url.password) return { ok: false, problem: 'Leave out the user and the password.' };
  if (url.pathname !== '/' || url.search || url.hash) {
    return { ok: false, problem: `Leave out everything after the host: ${url.origin}` };
  }
  if (url.protocol === 'http:' && !isLoopback(url.origin)) {
    return { ok: false, problem: 'Slack takes https only. Put TLS in front of Baton, then type the https address.' };
  }
  if (!['http:', 'https:'].includes(url.protocol)) return { ok: false, problem: 'The address begins with https://.' };
  return { ok: true, address: url.origin };
}

/** Slack cannot call it, and sends nobody back to it. */
export const isLoopback = (address: string): boolean => LOOPBACK_NAMES.includes(new URL(address).hostname);

const shown = (text: string) => `“${text.slice(0, 60)}”`;

const ANSWERED_WITHIN = 5 * SECOND;

/** Where Baton answers whoever asks with what it told nobody else. */
export const PROOF_PATH = '/setup/proof';

/**
 * Asks the address for a proof that only this process can give. It shows that the name leads here and that its
 * certificate is good; not that others can come in from outside, except that an address of a private network cannot.
 * @param proof what `PROOF_PATH/nonce` answers
 * @returns undefined where it leads here, else a sentence
 */
export async function whyNotReached(address: string, { nonce, proof }: { nonce: string; proof: string }) {
  const away = isLoopback(address) ? undefined : await whyPrivate(new URL(address).hostname);
  if (away) return away;
  const ask = httpClient({ service: 'the address', baseUrl: address, timeoutMs: ANSWERED_WITHIN, maxBytes: 10_000 });
  try {
    const answer = await ask({ path: `${PROOF_PATH}/${nonce}` });
    if (answer.body === proof) return undefined;
    return `Something else answers at ${address} (HTTP ${answer.status}), not this Baton. Check where the name and the proxy lead.`;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${address} does not answer (${reason(thrown)}). Check the name, the proxy and its certificate.`;
  }
}

/** Undefined: somebody outside might come in. */
async function whyPrivate(host: string): Promise<string | undefined> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare)
    ? [bare]
    : await lookup(bare, { all: true }).then(
        all => all.map(({ address }) => address),
        () => undefined,
      );
  if (!found || found.length === 0)
    return `The name ${host} leads nowhere: its DNS entry is missing, or not there yet.`;
  const outside = found.filter(one => !PRIVATE.check(one, isIP(one) === 6 ? 'ipv6' : 'ipv4'));
  return outside.length > 0
    ? undefined
    : `${host} is an address of your own network (${found[0]}). Slack comes from outside and cannot reach it.`;
}

/** Of fetch's own words the cause says what happened. */
function reason(failure: Failure): string {
  const cause = failure.cause instanceof Error ? failure.cause : undefined;
  const deeper = cause?.cause instanceof Error ? cause.cause : cause;
  return (deeper as NodeJS.ErrnoException | undefined)?.code ?? deeper?.message ?? failure.message;
}
