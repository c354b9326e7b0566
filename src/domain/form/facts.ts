/** What a form may tell: the names of facts, as playbooks use them. */

/** Facts that a qualifying question may be about; conditions and `mql_when` ask for the same. */
export const ANSWER_FACTS = [
  'budget',
  'timeline',
  'employees',
  'use_case',
  'product_interest',
  'consent',
  'language',
] as const;
export type AnswerFact = (typeof ANSWER_FACTS)[number];

/** As typed: hostile. `message`: what they wrote besides. */
export type Answers = Partial<Record<AnswerFact | 'message', string>>;

/** Facts about the person that forms ask for; a field of another name can be mapped to one. */
export const PERSON_FACTS = [
  'email',
  'name',
  'first_name',
  'last_name',
  'company',
  'job_title',
  'phone',
  'website',
  'country',
  'message',
] as const;
export type PersonFact = (typeof PERSON_FACTS)[number];

/** Form field → fact, as the playbook maps it. */
export type Questions = Readonly<Record<string, AnswerFact | PersonFact>>;
