/** The webhooks that a vendor's app, installed by many customers, has at the vendor. */

/** What the app is to tell of, and where. */
export interface WantedWebhooks {
  /** The one address for all customers: `https://…/hooks/VENDOR`. */
  address: string;
  /** Contacts' properties by name whose changes are to be told: those that any workspace's playbook reads. */
  properties: readonly string[];
}

/** What became of the address, or of one kind of event. */
export interface RegisteredWebhook {
  /** As people know it there: "target URL https://…", "contact.creation". */
  name: string;
  outcome: 'made' | 'changed' | 'unchanged' | 'refused';
  /** Of what was refused, in the vendor's words. */
  why?: string;
}

export interface AppWebhooks {
  /** Variables without which the vendor's API cannot be asked, so that somebody copies `byHand` there. */
  missing: readonly string[];
  /** What somebody enters at the vendor, line by line. Pure. */
  byHand(wanted: WantedWebhooks): readonly string[];
  /**
   * Points the app at the address and makes each subscription that is missing; what is there and not wanted is left
   * alone. Two calls to look, then one a thing. Safe to repeat, and on many machines at once. Absent: something is missing.
   * @param options `dryRun`: nothing is written, the answer says what would be
   * @throws CredentialsRejected, RateLimited, Unavailable as any call; Rejected where the app cannot be set at all
   */
  register?(wanted: WantedWebhooks, options?: { dryRun?: boolean }): Promise<RegisteredWebhook[]>;
}
