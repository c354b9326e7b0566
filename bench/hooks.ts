/** The load: contacts in the HubSpot stand-in, their earlier scores known to the app, and signed workflow webhooks. */
import { createHmac } from 'node:crypto';
import type { Sandbox } from '../sandbox/server.ts';
import { knownCompany } from './company.ts';
import { control } from './control.ts';

export interface BenchLead {
  id: string;
  email: string;
  company: string;
}

export interface Hooks {
  /** Makes leads that stand at 47, which the app has heard of, and are 63 at HubSpot now. */
  prepare(count: number, name: string, source?: string): Promise<BenchLead[]>;
  /** Sends the workflow webhook that takes one lead over the threshold; answers how long the app took, in ms. */
  send(lead: BenchLead): Promise<number>;
}

export function makeHooks(sandbox: Sandbox, appUrl: string): Hooks {
  const env = sandbox.env();
  const url = `${appUrl}/hooks/${env.HOOK_KEY}/hubspot`;

  async function deliver(body: unknown): Promise<number> {
    const raw = JSON.stringify(body);
    const timestamp = String(Date.now());
    const signature = createHmac('sha256', env.HUBSPOT_CLIENT_SECRET ?? '')
      .update(`POST${url}${raw}${timestamp}`)
      .digest('base64');
    const from = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hubspot-request-timestamp': timestamp,
        'x-hubspot-signature-v3': signature,
      },
      body: raw,
    });
    const took = performance.now() - from;
    if (!response.ok) throw new Error(`the hook answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    return took;
  }

  return {
    async prepare(count, name, source) {
      await control(sandbox, '/_sandbox/hubspot/webhooks', { mode: 'off' });
      const leads: BenchLead[] = [];
      for (let index = 0; index < count; index += 1) {
        const domain = `${name}-${index}-company.com`;
        const email = `lead@${domain}`;
        await knownCompany(sandbox, { domain, name, index });
        const made = await control(sandbox, '/_sandbox/hubspot/contacts', {
          email,
          firstname: 'Lee',
          lastname: `Bench ${index}`,
          company: `${name} ${index}`,
          jobtitle: 'VP Operations',
          country: 'United States',
          hubspotscore: '63',
          ...(source && { hs_latest_source: source }),
          activities: [{ type: 'page_view', at: new Date().toISOString(), detail: '/pricing' }],
        });
        leads.push({ id: String(made.id), email, company: `${name} ${index}` });
      }
      const occurredAt = Date.now() - 60_000;
      for (let start = 0; start < leads.length; start += 100) {
        await deliver(
          leads.slice(start, start + 100).map((lead, index) => ({
            eventId: start + index,
            subscriptionId: 1,
            portalId: 1,
            occurredAt,
            subscriptionType: 'contact.propertyChange',
            objectId: Number(lead.id),
            propertyName: 'hubspotscore',
            propertyValue: '47',
            attemptNumber: 0,
          })),
        );
      }
      return leads;
    },
    send: lead =>
      deliver({
        hs_object_id: lead.id,
        email: lead.email,
        company: lead.company,
        hubspotscore: '63',
        lifecyclestage: 'marketingqualifiedlead',
      }),
  };
}

/** Sends all, `width` at a time; answers each one's time in ms. */
export async function burst(hooks: Hooks, leads: readonly BenchLead[], width: number): Promise<number[]> {
  const times: number[] = [];
  const waiting = [...leads];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let lead = waiting.shift(); lead; lead = waiting.shift()) times.push(await hooks.send(lead));
    }),
  );
  return times;
}
