/** Deliveries that a vendor sends by itself, as they reach the one address it has for all of its roles. */

/** A request as it reached a hook: what signatures are computed over. */
export interface HookRequest {
  method: string;
  /** The address the sender called, rebuilt from PUBLIC_URL (never from Host): `https://baton.example.com/hooks/…?x=1`. */
  url: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  /** Raw bytes, before any parsing. */
  body: Buffer;
}

/** What somebody has to set at the vendor so that it delivers to Baton. */
export interface HookSetup {
  /** In order; safe mrkdwn, with the vendor's own words for its menus. */
  steps: readonly string[];
  /** To be copied, each as it stands. */
  values: readonly { label: string; value: string; secret?: true }[];
}

/** Was this really sent by the vendor? `why` goes to the log, never to the sender. */
export type Verdict = { ok: true } | { ok: false; why: string };
