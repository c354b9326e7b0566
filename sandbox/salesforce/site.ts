/** One org with what runs on it, and all the orgs there are. */
import type { SandboxContext } from '../service.ts';
import { Api } from './api.ts';
import { automate } from './automation.ts';
import { normaliseId } from './ids.ts';
import { Org, type OrgIdentity } from './org.ts';
import { createOutbound, type Outbound } from './outbound.ts';

export const CLIENT_ID = '3MVG9sandboxBatonConsumerKey';
export const CLIENT_SECRET = 'sandbox-baton-consumer-secret';

export interface Site {
  org: Org;
  api: Api;
  outbound: Outbound;
}

const HOME: OrgIdentity = {
  id: '00DHs0000Baton1MQA',
  instance: 'Hs0',
  domain: 'example.com',
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
};

/** The org there is from the start, and those that are made beside it. */
export class Sites {
  readonly #context: SandboxContext;
  readonly #sites = new Map<string, Site>();
  #notification = 0;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#add(HOME);
  }

  get home(): Site {
    return this.byId(HOME.id) as Site;
  }

  all(): Site[] {
    return [...this.#sites.values()];
  }

  byId(id: string): Site | undefined {
    return this.#sites.get(normaliseId(id) ?? id);
  }

  /** The one behind a host; without a host the first. */
  at(host: string | undefined): Site | undefined {
    return this.all().find(({ org }) => org.identity.host === host);
  }

  /** Those that one may log in to at a host: at the common one, all. */
  loginsAt(host: string | undefined): Org[] {
    return this.all()
      .map(({ org }) => org)
      .filter(org => host === undefined || org.identity.host === host);
  }

  /** Makes an org with the same people at another domain; undefined when the domain is one's already. */
  found(domain: string): Site | undefined {
    if (this.all().some(({ org }) => org.identity.domain === domain)) return undefined;
    // One letter of the ids is the org's own.
    const letter = this.#sites.size.toString(36).toUpperCase();
    const id = normaliseId(`00DHs0000Org${letter.padStart(3, '0')}`);
    if (id === undefined || letter.length > 1) throw new Error(`there are ${this.#sites.size} orgs: that is enough`);
    const client = { id: `${CLIENT_ID}${letter}`, secret: `${CLIENT_SECRET}-${letter}` };
    return this.#add({ id, instance: `Hs${letter}`, domain, host: id, client });
  }

  reset(): void {
    this.close();
    this.#sites.clear();
    this.#add(HOME);
  }

  close(): void {
    for (const { outbound } of this.#sites.values()) outbound.stop();
  }

  #add(identity: OrgIdentity): Site {
    const org = automate(new Org(this.#context.clock, identity));
    const outbound = createOutbound(this.#context, org, () => ++this.#notification);
    outbound.watch();
    const site = { org, outbound, api: new Api(org, what => this.#context.unknown(what)) };
    this.#sites.set(identity.id, site);
    return site;
  }
}
