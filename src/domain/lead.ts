/** Facts about a person and their company, as the rooms pass them to one another. Pure data: no vendor's field names. */
import type { Answers } from './form/facts.ts';

/** A source's name in the table of vendors, as it stands in playbooks, hook addresses and rows; `manual`: by hand. */
export type SourceName = string;

export type ActivityType =
  | 'page_view'
  | 'form'
  | 'email_open'
  | 'email_click'
  | 'email'
  | 'webinar'
  | 'meeting'
  | 'call'
  | 'note'
  | 'task'
  | 'download'
  /** What marketing itself calls remarkable, in its own words. */
  | 'moment';

/** One thing the lead did, or somebody did with the lead. */
export interface Activity {
  type: ActivityType;
  /** ISO 8601, UTC. */
  at: string;
  /** What a person would read: page title or path, form name, mail subject. Lead-supplied: hostile. */
  detail: string;
  url?: string;
  /** For e-mail clicks and opens: when that mail was delivered, if the source says; ISO 8601. */
  deliveredAt?: string;
}

/** The person as the source knows them. Strings are as typed by the lead; absent means the source has nothing. */
export interface Contact {
  source: SourceName;
  id: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  title?: string;
  phone?: string;
  company?: string;
  website?: string;
  industry?: string;
  employees?: number;
  /** The company record that the source has them under. */
  employer?: CompanyFacts;
  city?: string;
  state?: string;
  /** As the source has it: a name ("United States") or a code. */
  country?: string;
  score?: number;
  lifecycleStage?: string;
  leadSource?: string;
  /** What brought them the first time, as the source has it. */
  originalSource?: string;
  /** Name of the campaign that brought them last, as the source has it. */
  campaign?: string;
  productInterest?: string;
  /** What they answered to questions in forms. */
  answers?: Answers;
  /** The form came from a page, where anybody may send any; the platform of this name, whose form it was, has not confirmed it. */
  unconfirmedBy?: SourceName;
  /** Why a robot may have sent the form they are known by. */
  doubt?: string;
  unsubscribed?: boolean;
  /** The platform keeps that they consented to being mailed. */
  consented?: true;
  /** Every property of the contact, by the source's own names: what `custom` conditions and mappings read. */
  properties: Record<string, string>;
  /** Other addresses of the same person, as the source has them; `email` is the one in use. */
  otherEmails?: string[];
  /** Ids of contacts that were merged into this one. */
  mergedIds?: string[];
  /** ISO 8601: when the source last changed what was read, where reading lags behind what it tells. */
  asOf?: string;
  /**
   * Changes of the score property, oldest first, when the source keeps them: the guard against firing on history. Null:
   * it was cleared.
   */
  scoreHistory: { score: number | null; at: string }[];
  /** Newest first. */
  activities: Activity[];
  /** What the source refused to tell beside the contact itself, for people: "its company", "NAME refused it". */
  unread?: { what: string; why: string }[];
}

/** What is known of a company. Absent = unknown, which is never the same as "no". */
export interface CompanyFacts {
  domain?: string;
  name?: string;
  industry?: string;
  employees?: number;
  /** US dollars a year. */
  revenue?: number;
  city?: string;
  state?: string;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  tech?: string[];
  /** As the enricher words it: "Series B". */
  funding?: string;
  /** The name of the enricher or source that each fact came from. */
  origin: Partial<
    Record<'name' | 'industry' | 'employees' | 'revenue' | 'city' | 'state' | 'country' | 'tech' | 'funding', string>
  >;
}

/** Each fact from the first that knows it. */
export function joinFacts(first: CompanyFacts, second: CompanyFacts | undefined): CompanyFacts {
  return { ...second, ...first, origin: { ...second?.origin, ...first.origin } };
}

/** What an enricher may add about the person. */
export interface PersonFacts {
  title?: string;
  /** As the enricher words it: "vp", "director". */
  seniority?: string;
  firstName?: string;
  lastName?: string;
  linkedin?: string;
  phone?: string;
}

/** "First Last", or what there is of it, or the e-mail address. */
export function displayName(person: { firstName?: string; lastName?: string; email?: string }): string {
  const name = [person.firstName, person.lastName]
    .map(part => part?.trim())
    .filter(Boolean)
    .join(' ');
  return name || person.email || 'Unknown person';
}

/** What somebody did, for people. */
export const ACTIVITY_WORDS: Record<Activity['type'], string> = {
  page_view: 'Visited page',
  form: 'Filled in form',
  email_open: 'Opened e-mail',
  email_click: 'Clicked in e-mail',
  email: 'E-mail',
  webinar: 'Attended webinar',
  meeting: 'Meeting',
  call: 'Call',
  note: 'Note',
  task: 'Task',
  download: 'Downloaded',
  moment: 'Interesting moment',
};

/** Did the lead do this, rather than somebody of ours? Only that is intent. */
export function isIntent({ type }: Activity): boolean {
  return !['email', 'note', 'task', 'call'].includes(type);
}
