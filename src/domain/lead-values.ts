/** What is known of a person and their company that others must not read in a log. */
import type { Contact } from './lead.ts';

type Known = Partial<Pick<Contact, 'firstName' | 'lastName' | 'company' | 'title' | 'phone' | 'email' | 'website'>>;

/** Names, company, title and ways to reach them; a first name counts, too. */
export function valuesOfContact(contact: Known): (string | undefined)[] {
  const { firstName, lastName, company, title, phone, email, website } = contact;
  const whole = [firstName, lastName].filter(Boolean).join(' ');
  return [whole, firstName, lastName, company, title, phone, email, website];
}

/** The same of what a handoff keeps, whatever else stands there. */
export function valuesOfFacts(facts: unknown): (string | undefined)[] {
  const { contact, company } = (facts ?? {}) as { contact?: Known; company?: { name?: string } };
  return [...(contact ? valuesOfContact(contact) : []), company?.name];
}
