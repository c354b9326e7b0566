/** The CRM keeps a person more than once: the story says which of the records was taken, so that people can tidy up. */
import type { CrmMatch } from '../../contracts/crm.ts';
import { labelOf } from '../../domain/crm-label.ts';

/** One sentence, or none when the person is kept once. Pure. */
export function severalRecords({ lead, contact }: CrmMatch, crm: string): string[] {
  const where = labelOf(crm);
  if (lead.kind === 'many') {
    const more = lead.others.length;
    const also = contact.kind === 'none' ? '' : ' and a contact';
    return [
      `${where} has ${more} other open ${more === 1 ? 'lead' : 'leads'}${also} with this address: the newest lead was taken. They can be merged there.`,
    ];
  }
  if (lead.kind === 'one' && lead.record.open && contact.kind !== 'none') {
    return [`${where} has this address as an open lead and as a contact: both are the same person.`];
  }
  if (lead.kind === 'none' && contact.kind === 'many') {
    const more = contact.others.length;
    return [
      `${where} has ${more} other ${more === 1 ? 'contact' : 'contacts'} with this address: the newest was taken. They can be merged there.`,
    ];
  }
  return [];
}
