/** Mails to leads, filled in. What a lead typed is one line of text in them, never a template. */
import {
  type MailTemplate,
  mailTemplates,
  type Person,
  type Playbook,
  type TemplateName,
} from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type Activity, displayName, isIntent } from '../../domain/lead.ts';
import { isPath, pageInWords } from '../../domain/page-words.ts';
import { fillTemplate, type MoreValues, type TemplateValues } from '../../lib/liquid.ts';
import { manyLines, oneLine } from '../../lib/text.ts';
import type { Facts } from './facts.ts';

/** A mail server takes longer headers; no reader does. */
export const MOST_SUBJECT = 250;
export const MOST_BODY = 20_000;
const MOST_VALUE = 300;

export type Filled = { ok: true; subject: string; body: string } | { ok: false; why: string };

/** The template of this id; the first one for an unknown id or none. */
export function templateOf(playbook: Playbook, id?: string): { id: string; template: MailTemplate } {
  const templates = mailTemplates(playbook);
  const found = Object.entries(templates);
  const [first] = found;
  const [key, template] = found.find(([one]) => one === id) ?? first ?? [];
  // The playbook has a built-in one where it names none.
  if (key === undefined || !template) throw new Error('a playbook without any template');
  return { id: key, template };
}

/** Subject and body for this lead and this rep. Pure. */
export function fillMail(template: Pick<MailTemplate, 'subject' | 'body'>, values: MoreValues): Filled {
  try {
    return {
      ok: true,
      subject: oneLine(fillTemplate(template.subject, values)).slice(0, MOST_SUBJECT),
      body: manyLines(fillTemplate(template.body, values)).slice(0, MOST_BODY),
    };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** What a template may say about the lead, the rep and the company; empty where nothing is known. Pure. */
export function valuesFor(
  { facts, judgement }: Pick<Handoff<Facts>, 'facts' | 'judgement'>,
  rep: Person | undefined,
): TemplateValues {
  const { contact, company, person } = facts;
  const named = { ...person, ...defined(contact) };
  const flat: Record<TemplateName, string | number | undefined> = {
    'lead.first_name': named.firstName,
    'lead.last_name': named.lastName,
    'lead.name': named.firstName || named.lastName ? displayName(named) : undefined,
    'lead.email': contact.email,
    'lead.company': judgement.company.name,
    'lead.title': named.title,
    'lead.recent_intent': intentOf(contact.activities.filter(isIntent)[0]),
    'rep.name': rep?.name,
    'rep.first_name': rep?.name.split(' ')[0],
    'rep.email': rep?.email,
    'rep.scheduling_url': rep?.scheduling_url,
    'company.name': company.name ?? judgement.company.name,
    'company.industry': company.industry,
    'company.employees': company.employees,
  };
  const values: TemplateValues = {};
  for (const [path, value] of Object.entries(flat)) {
    const [group = '', name = ''] = path.split('.');
    values[group] = { ...values[group], [name]: cut(oneLine(String(value ?? ''))) };
  }
  return values;
}

/** Only what is there: an empty name of the source must not hide one that was looked up. */
function defined(contact: Facts['contact']): { firstName?: string; lastName?: string; title?: string } {
  const { firstName, lastName, title } = contact;
  return {
    ...(firstName?.trim() && { firstName }),
    ...(lastName?.trim() && { lastName }),
    ...(title?.trim() && { title }),
  };
}

/** "thank you for …". */
const DOING: Partial<Record<Activity['type'], string>> = {
  page_view: 'looking at',
  form: 'filling in',
  webinar: 'attending',
  download: 'downloading',
  email_click: 'reading',
  email_open: 'reading',
  meeting: 'meeting us about',
};

/** Anybody may send a form under a name of their own; in a mail of ours it must lead nowhere. */
const ADDRESS = /:\/\/|\bwww\.|[\w-]\.[a-z]{2,}\//i;

function intentOf(activity: Activity | undefined): string | undefined {
  const doing = activity && DOING[activity.type];
  const said = activity && oneLine(activity.detail);
  // No lead wants to read an address of ours back: a page is named, anything else goes without.
  const what = activity?.type === 'page_view' && said ? pageInWords(said) : said;
  return doing && what && !isPath(what) && !ADDRESS.test(what) ? `${doing} ${what}` : undefined;
}

function cut(text: string): string {
  const letters = [...text];
  return letters.length > MOST_VALUE ? `${letters.slice(0, MOST_VALUE - 1).join('')}…` : text;
}
