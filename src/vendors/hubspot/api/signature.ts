import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { MINUTE } from '../../../lib/clock.ts';

const TOLERANCE = 5 * MINUTE;

/** The escapes HubSpot undoes before it signs, and no others: a space, `&` and `=` stay as they were sent. */
const UNDONE: Record<string, string> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/**
 * Was this signed with the app's client secret? v3 when it is there; HubSpot adds it to every delivery, so v1 and v2,
 * which carry no time, are looked at only without it (their replays are caught by the dedupe key).
 */
export function verifySignature(request: HookRequest, clientSecret: string, now: Date): Verdict {
  const v3 = request.headers['x-hubspot-signature-v3'];
  if (v3 !== undefined) return verifyV3(request, v3, clientSecret, now);
  const given = request.headers['x-hubspot-signature'];
  if (given === undefined) return refuse('there is no HubSpot signature');
  const version = request.headers['x-hubspot-signature-version'];
  if (version === 'v1') return same(given, sha256(clientSecret, request.body), 'v1');
  if (version === 'v2') {
    return same(given, sha256(`${clientSecret}${request.method}${withoutFragment(request.url)}`, request.body), 'v2');
  }
  return refuse(`signature version ${JSON.stringify(version ?? null)} is not known`);
}

/** The headers of a v3 signature, as HubSpot sends them. */
export function signatureHeaders(
  { method, url, body, at }: { method: string; url: string; body: string; at: Date },
  clientSecret: string,
): Record<string, string> {
  const timestamp = String(at.getTime());
  return {
    'x-hubspot-request-timestamp': timestamp,
    'x-hubspot-signature-v3': v3Of(method, url, Buffer.from(body), timestamp, clientSecret),
  };
}

function v3Of(method: string, url: string, body: Buffer, timestamp: string, clientSecret: string): string {
  const signed = createHmac('sha256', clientSecret).update(method + asHubSpotSigns(url));
  return signed.update(body).update(timestamp).digest('base64');
}

function verifyV3(request: HookRequest, given: string, clientSecret: string, now: Date): Verdict {
  const timestamp = request.headers['x-hubspot-request-timestamp'];
  if (timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) return refuse('the v3 signature has no timestamp');
  if (Math.abs(now.getTime() - Number(timestamp)) > TOLERANCE) {
    return refuse('the timestamp is more than five minutes away');
  }
  const { method, url, body } = request;
  return same(given, v3Of(method, url, body, timestamp, clientSecret), 'v3');
}

/** The address as HubSpot puts it into a v3 signature. */
export function asHubSpotSigns(url: string): string {
  return withoutFragment(url).replace(/%[0-9a-f]{2}/gi, found => UNDONE[found.toUpperCase()] ?? found);
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? '';
}

function sha256(prefix: string, body: Buffer): string {
  return createHash('sha256').update(prefix).update(body).digest('hex');
}

function same(given: string, expected: string, version: string): Verdict {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  if (a.length === b.length && timingSafeEqual(a, b)) return { ok: true };
  return refuse(`the ${version} signature does not fit; is PUBLIC_URL the address HubSpot calls?`);
}

function refuse(why: string): Verdict {
  return { ok: false, why };
}
