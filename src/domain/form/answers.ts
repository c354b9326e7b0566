/** What a person answered to qualifying questions, in a form or to whoever handed them off. Pure. */
import type { Contact } from '../lead.ts';
import type { Answers } from './facts.ts';

/** Those that a rep reads, in this order. Consent and language are for rules, and stay among the properties. */
const LABELS = {
  budget: 'Budget',
  timeline: 'Timeline',
  employees: 'Company size',
  use_case: 'Use case',
  product_interest: 'Product',
  message: 'Message',
} as const satisfies Partial<Record<keyof Answers, string>>;

/** What is known of the answers; a lead handed off by hand keeps them among its properties. */
export function answersIn({ source, answers, properties }: Contact): Answers {
  if (answers || source !== 'manual') return answers ?? {};
  const { budget, timeline, companySize: employees, useCase: use_case } = properties;
  return {
    ...(budget && { budget }),
    ...(timeline && { timeline }),
    ...(employees && { employees }),
    ...(use_case && { use_case }),
  };
}

/** The same with the questions in words; empty for a lead whom nobody asked. */
export function answersOf(contact: Contact): { question: string; answer: string }[] {
  const answers = answersIn(contact);
  return Object.entries(LABELS).flatMap(([fact, question]) => {
    const answer = answers[fact as keyof Answers];
    return answer ? [{ question, answer }] : [];
  });
}

/** What the person answered, in one line of the timeline; '' for nothing. */
export function answersInLine(answers: readonly { question: string; answer: string }[]): string {
  return answers.map(({ question, answer }) => `${question}: ${answer.replace(/\s+/g, ' ')}`).join('; ');
}
