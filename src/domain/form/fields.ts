/** Which field of a form says what: by the playbook's mapping, else by the names that forms usually have. Pure. */
import type { AnswerFact, Answers, PersonFact, Questions } from './facts.ts';

type Fact = AnswerFact | PersonFact | 'city' | 'state' | 'industry' | 'lead_source' | 'campaign';

/** Names as they are compared: lower case, letters and digits alone, without the object in front (`0-1/email`). */
const NAMES: Readonly<Record<Fact, string>> = {
  email: 'email emailaddress youremail workemail businessemail',
  name: 'name fullname yourname',
  first_name: 'firstname fname givenname',
  last_name: 'lastname lname surname familyname',
  company: 'company companyname organization organisation yourcompany',
  job_title: 'jobtitle title position role',
  phone: 'phone phonenumber mobile mobilephone telephone tel',
  website: 'website companywebsite',
  country: 'country',
  city: 'city',
  state: 'state',
  industry: 'industry',
  message: 'message comments comment yourmessage howcanwehelp',
  lead_source: 'leadsource',
  campaign: 'utmcampaign',
  budget: 'budget',
  timeline: 'timeline timeframe',
  employees: 'employees companysize numberofemployees numemployees',
  use_case: 'usecase',
  product_interest: 'productinterest product',
  consent: 'consent gdprconsent',
  language: 'language',
};

const BY_NAME = new Map(
  Object.entries(NAMES).flatMap(([fact, names]) => names.split(' ').map(name => [name, fact as Fact] as const)),
);

/** "Company Size", "company_size" and "0-1/companysize" are one name; what tools number ("1.3") stays as it is. */
function folded(name: string): string {
  const own = name.slice(name.lastIndexOf('/') + 1);
  return /^[\d.]+$/.test(own) ? own : own.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

export type Told = Partial<Record<Fact, string>>;

/** What the fields tell. A field that the playbook maps goes before one that is known by its name. */
export function factsIn(fields: Readonly<Record<string, string>>, questions: Questions): Told {
  const mapped = new Map(Object.entries(questions).map(([field, fact]) => [folded(field), fact]));
  const [asMapped, asNamed]: [Told, Told] = [{}, {}];
  for (const [name, value] of Object.entries(fields)) {
    const key = folded(name);
    const fact = mapped.get(key);
    if (fact) asMapped[fact] ??= value;
    const known = fact ? undefined : BY_NAME.get(key);
    if (known) asNamed[known] ??= value;
  }
  const told = { ...asNamed, ...asMapped };
  const email = told.email ?? Object.values(fields).find(isAddress);
  return { ...told, ...(email && { email }) };
}

/** Of fields that nobody named: only one thing has an @ in the middle and no blank. */
const isAddress = (value: string) => value.length <= 254 && /^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(value);

/** The answers among what was told. */
export function answersAmong(told: Told): Answers {
  const { budget, timeline, employees, use_case, product_interest, consent, language, message } = told;
  const answers = { budget, timeline, employees, use_case, product_interest, consent, language, message };
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer));
}
