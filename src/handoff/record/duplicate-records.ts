/** The CRM keeps a person more than once: the timeline says which of the records was taken, so that people can tidy up. */
import type { CrmMatch } from '../../contracts/crm-records.ts';
import { serviceName } from '../../domain/service-name.ts';
import { withArticle } from '../../lib/english.ts';
import type { NamedCrm } from './account-based.ts';

/** One sentence, or none when the person is kept once. Pure. */
export function duplicateRecords({ lead, contact }: CrmMatch, { name, traits: { words } }: NamedCrm): string[] {
  const where = serviceName(name);
  if (lead.kind === 'many') {
    const more = lead.others.length;
    const also = contact.kind === 'none' ? '' : ` and ${withArticle(words.contact.one)}`;
    return [
      `${where} has ${more} other open ${more === 1 ? words.lead.one : words.lead.many}${also} with this address: the newest ${words.lead.one} was taken. They can be merged there.`,
    ];
  }
  if (lead.kind === 'one' && lead.record.open && contact.kind !== 'none') {
    return [
      `${where} has this address as an open ${words.lead.one} and as ${withArticle(words.contact.one)}: both are the same person.`,
    ];
  }
  if (lead.kind === 'none' && contact.kind === 'many') {
    const more = contact.others.length;
    return [
      `${where} has ${more} other ${more === 1 ? words.contact.one : words.contact.many} with this address: the newest was taken. They can be merged there.`,
    ];
  }
  return [];
}
