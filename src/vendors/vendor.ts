/**
 * What a vendor is: a folder with a manifest. From this one declaration come the environment variables and their
 * checks, hook routes, health lines, the doctor's questions, labels in texts and the README's table. A new vendor is its
 * folder and one line in table.ts.
 */
import type { AppHook } from '../contracts/app-hook.ts';
import type { AppWebhooks } from '../contracts/app-webhooks.ts';
import type { Crm, CrmRules } from '../contracts/crm.ts';
import type { Effects } from '../contracts/effects.ts';
import type { Enricher } from '../contracts/enricher.ts';
import type { KeyField } from '../contracts/key-connect.ts';
import type { KeeperOf, LoginPage } from '../contracts/login.ts';
import type { Mailboxes, Mailer } from '../contracts/mailer.ts';
import type { Scheduler } from '../contracts/scheduler.ts';
import type { Sequencer } from '../contracts/sequencer.ts';
import type { CallBudget, CallPace, TokenShelf } from '../contracts/shared-calls.ts';
import type { Source } from '../contracts/source.ts';
import type { CallMeter } from '../domain/api-quota.ts';
import type { Sent } from '../domain/form/contact.ts';
import type { Questions } from '../domain/form/facts.ts';
import type { HandedOff } from '../domain/manual.ts';
import type { PlaybookVendor } from '../domain/playbook-vendors.ts';
import type { Clock } from '../lib/clock.ts';
import type { EnvVariable } from '../lib/env-variable.ts';

/** Values of a vendor's variables by name: the environment's, or a connection's own. Unset ones are absent. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** What every role is made from. */
export interface Given {
  /** The workspace's own, over what the installation shares. */
  settings: Settings;
  /** Those of them that are the workspace's own: only with these may Baton log in by itself. */
  own: Settings;
  /** Somebody logged in for the workspace on the vendor's own page. */
  isLoggedIn: boolean;
  clock: Clock;
}

export interface SourceGiven extends Given {
  /** From the playbook, else the manifest's default. */
  scoreProperty: string;
  /** The same of a contact's stage; absent: the source knows none. */
  stageProperty?: string;
  /** Stages of which a contact must be at one to be an MQL; none: the playbook does not ask. */
  mqlStages: readonly string[];
  /** A property that takes the address of whoever has the lead, if the playbook names one. */
  ownerProperty?: string;
  /** Contacts below it need not be polled. */
  threshold: number;
  /** The calls there are, where the manifest says a pace; absent: nobody counts. */
  budget?: CallBudget;
  /** For a token that all processes share; absent: there is no key to seal it with. */
  shelf?: TokenShelf;
  /** Kept log-ins: '' is the workspace's own. Absent: no store to keep them in. */
  keeperOf?: KeeperOf;
  /** The playbook scores contacts that have no score: whatever a contact does may make it a lead. */
  ownScore: boolean;
  /** A lead that somebody handed off by hand, as Baton keeps it; null for an unknown id. */
  manualLead(id: string): Promise<HandedOff | null>;
  /** Which field of a form says what, by the playbook. */
  questions: Questions;
  /** The forms that the person of this id sent, as Baton keeps them, the newest first. */
  submissionsOf(contactId: string): Promise<readonly Sent[]>;
  /** Contacts of this source whose leads are open, in the order of their ids: a page of those after one. */
  openContacts(after: string): Promise<readonly { id: string; email?: string }[]>;
}

export interface CrmGiven extends Given {
  rules: CrmRules;
  /** Kept log-ins: '' is the workspace's own, else a person's e-mail. Absent: no store to keep them in. */
  keeperOf?: KeeperOf;
  /** As a source's. */
  budget?: CallBudget;
  /** What was made under which key, for a CRM that takes none. Absent: nothing is written, only looked at. */
  effects?: Effects;
  /**
   * Called with the account's own count of calls after every answer, undefined where the answer had none. `cost`: what
   * the call counts for there, 1 when left out.
   */
  onUsage?(meter: CallMeter | undefined, cost?: number): void;
}

export interface SequencerGiven extends Given {
  /** As a CRM's. */
  keeperOf?: KeeperOf;
  budget?: CallBudget;
  /** Keeps two from making one person at once. Absent: nobody is made, as nothing is but looked at. */
  effects?: Effects;
}

/** Each `make` answers undefined when the settings lack what this role needs: then the vendor is not connected in it. */
export interface Roles {
  source?: {
    make(given: SourceGiven): Source | undefined;
  };
  crm?: { make(given: CrmGiven): Crm | undefined };
  enricher?: { make(given: Given): Enricher | undefined };
  mailer?: { make(given: Given): Mailer | undefined };
  /** People's own, each under a log-in of theirs: no connection of the workspace's. */
  mailbox?: { make(given: Given & { keeperOf: KeeperOf }): Mailboxes | undefined };
  scheduler?: { make(given: Given): Scheduler | undefined };
  sequencer?: { make(given: SequencerGiven): Sequencer | undefined };
}

/** One thing the doctor found. `fix` says what to do. */
export interface DoctorLine {
  level: 'fine' | 'warning' | 'problem';
  what: string;
  fix?: string;
}

/** What the doctor may question, made with the settings at hand. */
export interface DoctorGiven {
  settings: Settings;
  source: Source | undefined;
}

/** A vendor's forms in other people's pages, for the snippet that pages load. */
export interface FormEmbed {
  /** CSS selector of its forms: they are heard by the vendor's own events alone. */
  forms: string;
  /**
   * JavaScript of a function `send => …` that calls `send(values, form)` once for each form that was sent: an object
   * of its fields, and its id or name. It runs in any page, beside other scripts, in every browser of the last years.
   */
  listen: string;
}

export interface Vendor extends PlaybookVendor {
  roles: Roles;
  /** Nobody connects it: every workspace has it. */
  builtIn?: true;
  /**
   * Calls that an account takes from one integration, by its settings: all processes and roles of a workspace keep to it
   * together. Undefined: nobody counts.
   */
  pace?(settings: Settings): CallPace | undefined;
  /** Variables of the one-company mode, by name. */
  variables: Readonly<Record<string, EnvVariable>>;
  /** Rules between variables. `missing` reports one that is needed and why; `wrong` one that does not fit the others. */
  check?(
    given: Settings,
    report: { missing(name: string, why: string): void; wrong(name: string, why: string): void },
  ): void;
  /** One sentence where Baton does little without this vendor and the settings do not connect it. */
  lacking?(given: Settings): string | undefined;
  /** How a page hears that one of its embedded forms was sent. */
  embed?: FormEmbed;
  /** What a person types to connect it, by the names of its variables, where it is connected with keys. */
  keys?: readonly KeyField[];
  /** Where people log in at the vendor; undefined when the settings name no app to log in with. */
  login?(given: Given): LoginPage | undefined;
  /** Deliveries to one address for all who installed the vendor's app; undefined when the settings name none. */
  appHook?(given: Given): AppHook | undefined;
  /** How that app comes to deliver there; undefined when the settings name no app. */
  appWebhooks?(given: Given): AppWebhooks | undefined;
  /** What only this vendor can be asked by `npm run doctor`, once its key is accepted. */
  doctor?(given: DoctorGiven): Promise<DoctorLine[]>;
  /** For the help of the set-up command: what is made there, and what Baton's user needs for it. Absent: nothing is. */
  setup?: { makes: string; needs: string };
  /** A saved delivery as the vendor would send it now: what is added to its headers. Absent: it is not signed. */
  sign?(given: { url: string; body: string; at: Date; settings: Settings }): Record<string, string>;
  /** What to set when it is not connected, and what to look at when its key or log-in is refused, for the doctor. */
  advice?: { connect: string; refused: string };
}
