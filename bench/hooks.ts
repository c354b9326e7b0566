/** The load: contacts in the HubSpot stand-in, whose earlier scores the app has heard of or not, and signed workflow webhooks. */
import type { Sandbox } from '../sandbox/server.ts';
import { knownCompany } from './company.ts';
import { control } from './control.ts';
import { type Delivery, deliver } from './deliver.ts';

export interface BenchLead {
  id: string;
  email: string;
  company: string;
}

export interface Prepared {
  /** How the leads are called. */
  name: string;
  source?: string;
  /** The app has never heard of them: it reads their history first. */
  isNew?: boolean;
}

export interface Hooks {
  /** Makes leads that are at 63 in HubSpot now; the app has heard that they stand at 47, unless they are new to it. */
  prepare(count: number, how: Prepared): Promise<BenchLead[]>;
  /** The workflow webhook that takes the lead over the threshold. */
  delivery(lead: BenchLead): Delivery;
  /** Sends it. */
  send(lead: BenchLead): Promise<void>;
}

/** Whose contacts and hooks these are. */
export interface Account {
  /** As the sandbox's controls are told it; none: the environment's own. */
  portal?: string;
  /** Where its deliveries go. */
  url: string;
  /** What it signs with. */
  secret: string;
}

/** Contacts that are made at once. */
const AT_ONCE = 8;

export function makeHooks(sandbox: Sandbox, { portal, url, secret }: Account): Hooks {
  const of = portal === undefined ? '' : `?portal=${portal}`;

  async function make(index: number, { name, source }: Prepared): Promise<BenchLead> {
    const domain = `${name}-${index}-company.com`;
    const email = `lead@${domain}`;
    await knownCompany(sandbox, { domain, name, index });
    const made = await control(sandbox, `/_sandbox/hubspot/contacts${of}`, {
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
    return { id: String(made.id), email, company: `${name} ${index}` };
  }

  const delivery = (body: unknown): Delivery => ({ url, secret, body: JSON.stringify(body) });

  const crossing = (lead: BenchLead): Delivery =>
    delivery({
      hs_object_id: lead.id,
      email: lead.email,
      company: lead.company,
      hubspotscore: '63',
      lifecyclestage: 'marketingqualifiedlead',
    });

  return {
    async prepare(count, how) {
      await control(sandbox, `/_sandbox/hubspot/webhooks${of}`, { mode: 'off' });
      const leads: BenchLead[] = [];
      const numbers = Array.from({ length: count }, (_, index) => index).values();
      const lane = async () => {
        for (const index of numbers) leads[index] = await make(index, how);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      if (how.isNew) return leads;
      for (let from = 0; from < count; from += 100) {
        await deliver(delivery(earlierScores(leads.slice(from, from + 100), from)));
      }
      return leads;
    },
    delivery: crossing,
    async send(lead) {
      await deliver(crossing(lead));
    },
  };
}

/** As HubSpot tells of changed properties. */
function earlierScores(leads: readonly BenchLead[], from: number): unknown[] {
  const occurredAt = Date.now() - 60_000;
  return leads.map((lead, index) => ({
    eventId: from + index,
    subscriptionId: 1,
    portalId: 1,
    occurredAt,
    subscriptionType: 'contact.propertyChange',
    objectId: Number(lead.id),
    propertyName: 'hubspotscore',
    propertyValue: '47',
    attemptNumber: 0,
  }));
}
