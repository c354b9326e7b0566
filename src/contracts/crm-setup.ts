/** What a CRM needs so that Baton can work in it: making it, and comparing it with the playbook. */

/** Puts into the CRM what Baton needs there, and compares the two. */
export interface CrmSetup {
  /**
   * Makes what is missing; safe to repeat, and nothing that Baton did not make is changed.
   * @param messagesTo where the CRM is to send its messages
   * @param options `dryRun`: says what would be made, and changes nothing; `scoresTo`: where the CRM is to tell of scores that
   * a source syncs to it, which a CRM that knows no such thing passes over
   */
  deploy(
    messagesTo: string,
    progress: (step: SetupStep) => void,
    options?: { dryRun?: boolean; scoresTo?: string | undefined },
  ): Promise<SetupResult>;
  /** Compares the CRM with the playbook. What could not be asked is a finding of its own. */
  inspect(wanted: SetupWanted): Promise<SetupFinding[]>;
}

/** What the playbook and this Baton expect of the CRM, besides the playbook's crm. */
export interface SetupWanted {
  people: readonly { email: string; name: string }[];
  /** Every mode that a lead may be written in. */
  modes: readonly ('lead' | 'account_based')[];
  /** Groups that own leads until somebody claims them, by the CRM's own names. */
  groups: readonly string[];
  /** Where the CRM is to send its messages; absent: unknown. */
  messagesTo?: string;
}

/** Said while it is under way. */
export interface SetupStep {
  text: string;
  done: number;
  of: number;
}

export interface SetupResult {
  ok: boolean;
  /** One line for each thing that was made, was there already, or was refused. */
  parts: { name: string; outcome: 'made' | 'unchanged' | 'refused'; why?: string }[];
  /** What only a person can do, in order. */
  byHand: string[];
}

export interface SetupFinding {
  /** Heading that it stands under: "Fields", "People". */
  about: string;
  level: 'fine' | 'warning' | 'problem';
  /** What was looked at and found, in one sentence. */
  what: string;
  /** What to do about it. */
  fix?: string;
}
