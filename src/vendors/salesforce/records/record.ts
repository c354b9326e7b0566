import type { CrmFields } from '../../../contracts/crm.ts';
import { present, type Values } from '../api/values.ts';
import { queueOf } from '../mapping/apply.ts';
import type { Prepared } from '../mapping/prepare.ts';

/** Baton's facts as Salesforce columns. Pure. */

/** Columns that live on the Opportunity, which lead mode does not make. */
const ON_OPPORTUNITY = new Set(['mql_score']);

/** Longest address Salesforce stores; an address cannot be shortened. */
export const EMAIL_LENGTH = 80;

/** A new lead: every fact there is, and sensible words where the platform insists on something. */
export function newLead(write: Prepared, fields: Record<string, string | null>): Values {
  const { person } = write;
  const email = person.email.trim();
  const isTooLong = email.length > EMAIL_LENGTH;
  return present({
    ...names(person),
    // Never the host of an address or of what was typed as a website: a generic mail domain is nobody's company.
    Company: clean(person.company) ?? write.domain ?? 'Unknown company',
    Email: isTooLong ? undefined : email,
    Title: person.title,
    Phone: person.phone,
    Website: person.website,
    City: person.city,
    State: person.state,
    Country: person.country,
    LeadSource: write.leadSource,
    Description: isTooLong ? withAddress(write.description, email) : write.description,
    Status: write.status,
    OwnerId: write.ownerId ?? queueOf(write, 'Lead'),
    ...ownFields(write, fields),
  });
}

/**
 * An existing record gets what Baton alone knows. Name, title, phone, source and description stay as the people who
 * work with it have them: the follow-up task carries the description.
 */
export function existingRecord(
  write: Prepared,
  fields: Record<string, string | null>,
  object: 'Lead' | 'Contact',
): Values {
  const values = {
    ...(object === 'Lead' ? { Status: write.status } : {}),
    OwnerId: write.ownerId,
    ...ownFields(write, fields),
  };
  return present(values, { empties: true });
}

/** The follow-up. No Status: a retry must not reopen what a rep has closed meanwhile. */
export function followUp(write: Prepared): Values | undefined {
  const task = write.followUp;
  if (!task) return undefined;
  return present({
    Subject: task.subject,
    Description: task.description,
    ActivityDate: task.dueOn,
    Priority: task.priority === 'high' ? 'High' : 'Normal',
    OwnerId: task.ownerId ?? write.ownerId ?? queueOf(write, 'Task'),
    TaskSubtype: task.kind === 'call' ? 'Call' : undefined,
  });
}

/** The description with an address that its own column cannot hold. */
export function withAddress(description: string, email: string): string {
  return `E-mail as given: ${email}\n${description}`;
}

/** A last name from what there is: the platform takes no lead without one. */
export function names(person: { email: string; firstName?: string; lastName?: string }): {
  FirstName?: string;
  LastName: string;
} {
  const [first, last] = [clean(person.firstName), clean(person.lastName)];
  if (last) return { ...(first && { FirstName: first }), LastName: last };
  const words = first?.split(/\s+/) ?? [];
  if (words.length > 1) return { FirstName: words.slice(0, -1).join(' '), LastName: words.at(-1) ?? 'Unknown' };
  const local = person.email.split('@')[0]?.split('+')[0] ?? '';
  const word = local
    .split(/[^\p{L}']+/u)
    .filter(part => part.length > 1)
    .at(-1);
  const guess = word ? word.charAt(0).toUpperCase() + word.slice(1) : 'Unknown';
  return { ...(first && { FirstName: first }), LastName: guess };
}

/** Baton's own fields by the columns the playbook names: those of the person, or of the opportunity. */
export function ownFields(
  write: Pick<Prepared, 'fields'>,
  fields: Record<string, string | null>,
  isOpportunity = false,
): CrmFields {
  const values: Record<string, CrmFields[string]> = {};
  for (const [name, value] of Object.entries(write.fields)) {
    const column = fields[name];
    if (column && ON_OPPORTUNITY.has(name) === isOpportunity) values[column] = value;
  }
  return values;
}

/** Text of one line. */
export function clean(text: string | undefined): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  return text?.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim() || undefined;
}
