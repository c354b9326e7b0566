/** From the forms somebody sent to a contact like any other source's. Pure. */
import { NAMELESS_FORM } from '../activity-words.ts';
import type { Activity, Contact } from '../lead.ts';
import { employeesIn } from '../manual.ts';
import type { Questions } from './facts.ts';
import { answersAmong, factsIn, type Told } from './fields.ts';
import type { Submission } from './submission.ts';

/** A submission and when it was sent. */
export interface Sent {
  submission: Submission;
  at: Date;
}

/**
 * The person as their forms know them, the newest first; what the newest leaves out is as an earlier one had it.
 * @param sent at least one, the newest first
 */
export function contactOfForms(
  of: { source: string; id: string },
  sent: readonly Sent[],
  questions: Questions,
): Contact {
  const told: Told = Object.assign({}, ...sent.map(one => factsIn(one.submission.fields, questions)).reverse());
  const [newest] = sent;
  const answers = answersAmong(told);
  const { first, last } = nameIn(told);
  const employees = employeesIn(answers.employees);
  const utm = newest?.submission.fields.utm_source;
  const values = {
    email: told.email,
    firstName: first,
    lastName: last,
    title: told.job_title,
    phone: told.phone,
    company: told.company,
    website: told.website,
    industry: told.industry,
    city: told.city,
    state: told.state,
    country: told.country,
    leadSource: told.lead_source,
    originalSource: utm,
    campaign: told.campaign,
    productInterest: answers.product_interest,
    doubt: newest?.submission.doubt,
    unconfirmedBy: newest?.submission.fromPage && newest.submission.embed,
  };
  return {
    source: of.source,
    id: of.id,
    ...present(values),
    ...(employees !== undefined && { employees }),
    answers,
    properties: Object.assign({}, ...sent.map(propertiesOf).reverse()),
    scoreHistory: [],
    activities: activitiesOf(sent),
  };
}

/** A platform's contact with what the person said in forms before: their answers, and that they filled them in. */
export function withForms(contact: Contact, sent: readonly Sent[], questions: Questions): Contact {
  if (sent.length === 0) return contact;
  const form = contactOfForms(contact, sent, questions);
  const { productInterest = form.productInterest, employees = form.employees } = contact;
  return {
    ...contact,
    ...(productInterest !== undefined && { productInterest }),
    ...(employees !== undefined && { employees }),
    answers: { ...form.answers, ...contact.answers },
    activities: newestFirst([...contact.activities, ...form.activities]),
  };
}

/** The contact of a lead that is open, with what the same person has just asked in a form; the form only fills its gaps. */
export function withAsked(contact: Contact, form: Contact): Contact {
  const { country = form.country } = contact;
  const keyOf = ({ type, at, detail }: Activity) => JSON.stringify([type, at, detail]);
  const known = new Set(contact.activities.map(keyOf));
  return {
    ...contact,
    ...(country !== undefined && { country }),
    answers: { ...contact.answers, ...form.answers },
    activities: newestFirst([...form.activities.filter(one => !known.has(keyOf(one))), ...contact.activities]),
    ...(form.unsubscribed && { unsubscribed: true }),
  };
}

/** The contact of a form with what the platform knows of the same person: only it knows whether they opted out. */
export function withPlatform(contact: Contact, platform: Contact): Contact {
  const {
    source: _source,
    id: _id,
    score: _score,
    scoreHistory: _history,
    activities,
    properties,
    ...known
  } = platform;
  const { lifecycleStage: _stage, answers: _answers, mergedIds: _merged, ...facts } = known;
  return {
    ...facts,
    ...contact,
    properties: { ...properties, ...contact.properties },
    activities: newestFirst([...contact.activities, ...activities]),
    ...(platform.unsubscribed && { unsubscribed: true }),
  };
}

function present<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as { [K in keyof T]?: string };
}

/** One field may hold the whole name: its last word is the last name. */
function nameIn({ name, first_name, last_name }: Told): { first: string | undefined; last: string | undefined } {
  if (first_name || last_name || !name) return { first: first_name, last: last_name };
  const words = name.split(/\s+/);
  const last = words.pop();
  return words.length === 0 ? { first: last, last: undefined } : { first: words.join(' '), last };
}

function propertiesOf({ submission: { fields, form, page } }: Sent): Record<string, string> {
  return { ...fields, ...(form && { form }), ...(page && { page }) };
}

const pathOf = (page: string | undefined): string | undefined =>
  page !== undefined && URL.canParse(page) ? new URL(page).pathname : page;

/** The page of a form is no page that was looked at before: it is where the form was filled in. */
function activitiesOf(sent: readonly Sent[]): Activity[] {
  const all = sent.flatMap(({ submission: { form, page, pages }, at }): Activity[] => [
    { type: 'form', at: at.toISOString(), detail: form ?? page ?? NAMELESS_FORM, ...(page && { url: page }) },
    ...pages
      .filter(one => one.path !== pathOf(page))
      .map(one => ({ type: 'page_view' as const, at: one.at, detail: one.path })),
  ]);
  const seen = new Set<string>();
  return newestFirst(all).filter(({ type, at, detail }) => {
    const key = JSON.stringify([type, at.slice(0, 16), detail]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const newestFirst = (activities: readonly Activity[]) =>
  activities.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
