/** Contacts: what they are asked and changed by. */
import type { Request } from 'express';
import type { Account } from './account.ts';
import { invalid, missing } from './errors.ts';
import { type AccountHandler, bodyOf, contactOf, needed, page, param } from './http.ts';
import type { Contact } from './stock.ts';

export const contactHandlers: Record<string, AccountHandler> = {
  'GET /contacts': (account, req, res) => {
    res.json({ scoreValues: [], ...page(req, 'contacts', filtered(account, req).map(shown)) });
  },
  'GET|PUT /contacts/:id': (account, req, res) => {
    const contact = contactOf(account, req.params.id);
    if (req.method === 'PUT') change(account, contact, bodyOf(req, 'contact'));
    const { includes, denied } = account.settings;
    const isAsked = includes && param(req, 'include').split(',').includes('contactTags');
    const isAlong = isAsked && !denied.includes('contactTags');
    res.json({ ...whole(contact), ...(isAlong && { contactTags: tagsOf(contact) }) });
  },
  'POST /contact/sync': (account, req, res) => {
    const given = bodyOf(req, 'contact');
    const email = needed(given, 'email');
    const known = account.byEmail(email);
    const contact = known ?? account.create(email);
    change(account, contact, given);
    res.status(known ? 200 : 201).json(whole(contact));
  },
  'GET /contacts/:id/scoreValues': (account, req, res) => {
    const { id: contact, scores } = contactOf(account, req.params.id);
    const scoreValues = [...scores].map(([score, { value, cdate, mdate }], at) => ({
      score,
      contact: String(contact),
      deal: null,
      cdate,
      mdate,
      scoreValue: String(value),
      links: {},
      id: String(at + 1),
    }));
    res.json({ scoreValues });
  },
  'GET /contacts/:id/trackingLogs': (account, req, res) => {
    res.json(page(req, 'trackingLogs', contactOf(account, req.params.id).logs));
  },
  'GET /contacts/:id/contactTags': (account, req, res) => {
    res.json({ contactTags: tagsOf(contactOf(account, req.params.id)) });
  },
  'GET /contacts/:id/contactLists': (account, req, res) => {
    res.json({ contactLists: listsOf(contactOf(account, req.params.id)) });
  },
};

function filtered({ contacts, scores }: Account, req: Request): Contact[] {
  const email = param(req, 'email').toLowerCase();
  const beyond = Number(param(req, 'id_greater')) || 0;
  const found = [...contacts.values()].filter(one => one.email.toLowerCase().includes(email) && one.id > beyond);
  const byScore = param(req, 'orders[score]');
  if (byScore) {
    const sort = param(req, 'sortId');
    if (!scores.some(one => one.id === sort)) throw missing('sortId');
    const scoreOf = (one: Contact) => one.scores.get(sort)?.value ?? 0;
    return found.toSorted((a, b) => (scoreOf(a) - scoreOf(b)) * (byScore === 'DESC' ? -1 : 1));
  }
  return found.toSorted((a, b) => (a.id - b.id) * (param(req, 'orders[id]') === 'DESC' ? -1 : 1));
}

function shown({ id, email, firstName, lastName, phone, cdate, udate }: Contact) {
  return { cdate, email, phone, firstName, lastName, orgid: '0', deleted: '0', udate, links: {}, id: String(id) };
}

function whole(contact: Contact) {
  const fieldValues = [...contact.fields].map(([field, value], at) => ({
    contact: String(contact.id),
    field,
    value,
    id: String(at + 1),
  }));
  return { contactAutomations: [], contactLists: listsOf(contact), deals: [], fieldValues, contact: shown(contact) };
}

const listsOf = ({ id, lists }: Contact) =>
  [...lists].map(([list, status], at) => ({ contact: String(id), list, status, id: String(at + 1) }));

const tagsOf = ({ id, tags, cdate }: Contact) =>
  [...tags].map((tag, at) => ({ contact: String(id), tag, cdate, links: {}, id: String(at + 1) }));

const OWN = ['email', 'firstName', 'lastName', 'phone'] as const;

function change(account: Account, contact: Contact, given: Record<string, unknown>): void {
  const values = Array.isArray(given.fieldValues) ? (given.fieldValues as Record<string, unknown>[]) : [];
  for (const { field } of values) {
    if (!account.fields.some(one => one.id === String(field)))
      throw invalid(`There is no field ${String(field)}`, 'field');
  }
  for (const name of OWN) if (typeof given[name] === 'string') contact[name] = given[name];
  for (const { field, value } of values) contact.fields.set(String(field), String(value ?? ''));
  contact.udate = account.now();
  account.tell('update', contact, 'api');
}
