/** What Baton keeps for a vendor that takes no key with its writes, so that a retry makes nothing twice. */

/** One thing to be made at the vendor. Both functions throw only the Failures of lib/errors.ts. */
export interface Effect {
  /** Makes it; answers its id there. */
  make(): Promise<string>;
  /** Looks for what an earlier try may have made; undefined: it made nothing. */
  find(): Promise<string | undefined>;
  /** What was made longer ago (milliseconds) is looked for again; absent: it is remembered as it is. */
  rememberedFor?: number;
}

export interface Effects {
  /**
   * Makes what nobody made under this key before, and answers what was made under it. One at a time over all processes;
   * whoever comes second waits. `find` is asked first where an earlier try ended without an answer, and only after the
   * vendor had time to show what that try made.
   * @throws RateLimited when an earlier try ended too short a while ago to be looked for
   */
  once(key: string, effect: Effect): Promise<{ id: string; created: boolean }>;
  /** What was made under this key; undefined: nothing, or nobody knows yet. */
  made(key: string): Promise<string | undefined>;
}
