/** What people do with a person's record: merging two, converting a lead. */
import { Refusal, told } from './errors.ts';
import type { Org } from './org.ts';
import { type Doer, isConverted, must, nameOf, type Row } from './rows.ts';

/** The child's activities and deals go to the master; the child is deleted, and nothing says where it went. */
export function merge(
  org: Org,
  module: 'Leads' | 'Contacts',
  { master, child }: { master: string; child: string },
  by: Doer,
): Row {
  const { tables, remove, update } = org;
  const [stays, goes] = [tables[module].get(master), tables[module].get(child)];
  if (!stays || !goes) throw new Refusal(400, told('INVALID_DATA', 'the id given seems to be invalid'));
  for (const other of ['Tasks', 'Calls', 'Events', 'Deals'] as const) {
    for (const row of tables[other].values()) {
      for (const name of ['Who_Id', 'What_Id', 'Contact_Name']) {
        if ((row[name] as { id?: string } | undefined)?.id === child) row[name] = { name: nameOf(stays), id: master };
      }
    }
  }
  for (const [name, value] of Object.entries(goes)) if (stays[name] == null) stays[name] = value;
  remove(module, child, by);
  update(module, master, {}, by);
  return stays;
}

/** A lead becomes a contact, an account and, if wanted, a deal; it stays, hidden from whoever does not ask for it. */
export function convert(org: Org, id: string, by: Doer, deal?: Record<string, unknown>): Record<string, Row> {
  const { tables, insert, now, tell } = org;
  const lead = tables.Leads.get(id);
  if (!lead) throw new Refusal(400, told('INVALID_DATA', 'the id given seems to be invalid'));
  if (isConverted(lead))
    throw new Refusal(400, told('ID_ALREADY_CONVERTED', 'id already converted', { resource_path_index: 3 }));
  const account = must(insert('Accounts', { Account_Name: lead.Company ?? lead.Full_Name, Owner: lead.Owner }, by));
  const { Baton_Handoff: _own, ...kept } = lead;
  const contact = must(insert('Contacts', { ...kept, Account_Name: { id: account.id } }, by));
  const made =
    deal &&
    must(
      insert(
        'Deals',
        { ...deal, Account_Name: { id: account.id }, Contact_Name: { id: contact.id }, Owner: lead.Owner },
        by,
      ),
    );
  lead.$converted = true;
  lead.$converted_detail = {
    account: account.id,
    contact: contact.id,
    convert_date: now().slice(0, 10),
    converted_by: by.user.id,
    ...(made && { deal: made.id }),
  };
  lead.Modified_Time = now();
  tell({ operation: 'edit', module: 'Leads', id, fields: [], by });
  for (const other of ['Tasks', 'Calls', 'Events'] as const) {
    for (const row of tables[other].values()) {
      if ((row.What_Id as { id?: string } | undefined)?.id !== id) continue;
      Object.assign(row, {
        Who_Id: { name: nameOf(contact), id: contact.id },
        What_Id: made ? { name: nameOf(made), id: made.id } : null,
        $se_module: made ? 'Deals' : null,
      });
    }
  }
  return { Accounts: account, Contacts: contact, ...(made && { Deals: made }) };
}
