/** The webhooks that Baton has in Pipedrive. */
import { z } from 'zod';
import type { Client } from '../api/client.ts';
import { made } from '../api/rows.ts';
import { HOOK_USER, hookPassword } from '../events/hook.ts';
import type { HOOKED } from './wanted.ts';

const webhook = z.object({
  id: z.int(),
  event_action: z.string(),
  event_object: z.string(),
  subscription_url: z.string(),
  version: z.string().nullish(),
  is_active: z.union([z.int(), z.boolean()]).transform(Boolean),
  http_auth_password: z.string().nullish(),
});
export type Webhook = z.output<typeof webhook>;
export type Hooked = (typeof HOOKED)[number];

const PATH = '/v1/webhooks';

export const webhooksOf = (client: Client): Promise<Webhook[]> => client.all({ path: PATH, cost: 10 }, webhook);

/**
 * One of ours that works, and those that do not: banned for good, of version 1, or with the password of another secret,
 * where Pipedrive shows it.
 */
export function standing(
  webhooks: readonly Webhook[],
  object: Hooked,
  { address, secret }: { address: string; secret: string },
): { works: boolean; broken: Webhook[] } {
  const password = hookPassword(secret, address);
  const ours = webhooks.filter(one => one.subscription_url === address && one.event_object === object);
  const isGood = (one: Webhook) =>
    one.is_active &&
    one.event_action === '*' &&
    (one.version ?? '2.0') === '2.0' &&
    (one.http_auth_password == null || one.http_auth_password === password);
  return { works: ours.some(isGood), broken: ours.filter(one => !isGood(one)) };
}

export async function makeWebhook(
  client: Client,
  object: Hooked,
  to: { address: string; secret: string },
): Promise<void> {
  const json = {
    subscription_url: to.address,
    event_action: '*',
    event_object: object,
    version: '2.0',
    name: `Baton: ${object}`,
    http_auth_user: HOOK_USER,
    http_auth_password: hookPassword(to.secret, to.address),
  };
  await client.ask({ method: 'POST', path: PATH, json, cost: 10 }, made);
}

export async function removeWebhook(client: Client, { id }: Webhook): Promise<void> {
  await client.record({ method: 'DELETE', path: `${PATH}/${id}`, cost: 6 }, z.unknown());
}
