import { createHash, createHmac } from 'node:crypto';

/** The escapes HubSpot undoes in the address before it signs (v3). */
const UNDONE = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** The headers HubSpot signs a delivery with: v3 always, beside it the older form of its kind. */
export function signed(
  delivery: { method: string; url: string; body: string; kind: 'app' | 'workflow' },
  secret: string,
  now: Date,
): Record<string, string> {
  const { method, url, body, kind } = delivery;
  const timestamp = String(now.getTime());
  const source = `${method}${url.replace(UNDONE, decodeURIComponent)}${body}${timestamp}`;
  const old = kind === 'app' ? `${secret}${body}` : `${secret}${method}${url}${body}`;
  return {
    'x-hubspot-signature-v3': createHmac('sha256', secret).update(source).digest('base64'),
    'x-hubspot-request-timestamp': timestamp,
    'x-hubspot-signature-version': kind === 'app' ? 'v1' : 'v2',
    'x-hubspot-signature': createHash('sha256').update(old).digest('hex'),
  };
}
