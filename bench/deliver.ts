/** One delivery, as HubSpot makes it. */
import { createHmac } from 'node:crypto';

export interface Delivery {
  url: string;
  /** What the sender signs with. */
  secret: string;
  body: string;
}

/** Signed with the key of its app. https://developers.hubspot.com/docs/api/webhooks/validating-requests */
function signed({ url, secret, body }: Delivery) {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', secret).update(`POST${url}${body}${timestamp}`).digest('base64');
  return {
    'content-type': 'application/json',
    'x-hubspot-request-timestamp': timestamp,
    'x-hubspot-signature-v3': signature,
  };
}

/** Milliseconds until it was answered. @throws when it was not taken */
export async function deliver(delivery: Delivery): Promise<number> {
  const from = performance.now();
  const answer = await fetch(delivery.url, { method: 'POST', headers: signed(delivery), body: delivery.body });
  const took = performance.now() - from;
  const said = await answer.text();
  if (!answer.ok) throw new Error(`the hook answered ${answer.status}: ${said}`);
  return took;
}
