/** What an account is made of, and what hangs on its contacts. */
import { invalid, nobody, notFound, Refusal } from './errors.ts';
import { type AccountHandler, bodyOf, contactOf, needed, page, param } from './http.ts';

export const accountHandlers: Record<string, AccountHandler> = {
  'GET /scores': ({ scores, now }, req, res) => {
    const all = scores.map(one => ({ reltype: 'contact', ...one, descript: '', status: '1', mdate: now(), links: [] }));
    res.json(page(req, 'scores', all));
  },
  'GET /fields': ({ fields }, req, res) => {
    res.json({
      fieldOptions: [],
      ...page(
        req,
        'fields',
        fields.map(one => ({ ...one, type: 'text', links: {} })),
      ),
    });
  },
  'GET|POST /tags': (account, req, res) => {
    if (req.method === 'POST') {
      const tag = needed(bodyOf(req, 'tag'), 'tag');
      if ([...account.tags.values()].includes(tag)) throw invalid(`The tag ${tag} is there already`, 'tag');
      return void res.status(201).json({ tag: { tag, tagType: 'contact', id: account.tagIdOf(tag) } });
    }
    const search = param(req, 'search').toLowerCase();
    const found = [...account.tags].filter(([, tag]) => tag.toLowerCase().includes(search));
    res.json(
      page(
        req,
        'tags',
        found.map(([id, tag]) => ({ tagType: 'contact', tag, description: '', links: {}, id })),
      ),
    );
  },
  'GET /lists': ({ lists }, req, res) => {
    res.json(
      page(
        req,
        'lists',
        [...lists].map(([id, name]) => ({ name, stringid: name, links: {}, id })),
      ),
    );
  },
  'POST /contactTags': (account, req, res) => {
    const given = bodyOf(req, 'contactTag');
    const [id, tag] = [needed(given, 'contact'), needed(given, 'tag')];
    const contact = account.contacts.get(Number(id));
    if (!contact) throw notFound('Contact not found');
    if (!account.tags.has(tag)) throw notFound('Tag not found');
    const isNew = !contact.tags.has(tag);
    contact.tags.add(tag);
    if (isNew) account.tell('contact_tag_added', contact, 'api', { tag: account.tags.get(tag) ?? '' });
    res.status(isNew ? 201 : 200).json({ contactTag: { contact: id, tag, id: `${id}${tag}`, links: {} } });
  },
  'POST /contactLists': (account, req, res) => {
    const given = bodyOf(req, 'contactList');
    const [list, id, status] = [needed(given, 'list'), needed(given, 'contact'), needed(given, 'status')];
    const contact = contactOf(account, id);
    if (!account.lists.has(list)) throw notFound('List not found');
    if (status !== '1' && status !== '2') throw invalid(`Status ${status}`, 'status');
    contact.lists.set(list, status);
    account.tell(status === '1' ? 'subscribe' : 'unsubscribe', contact, 'api');
    res.json({ contacts: [], contactList: { contact: id, list, status, id: '1', links: {} } });
  },
  'GET /contacts/:id/notes': (account, req, res) => {
    const { id, notes } = contactOf(account, req.params.id);
    const all = notes.map(one => ({ relid: String(id), reltype: 'Subscriber', userid: '1', links: {}, ...one }));
    res.json(page(req, 'notes', all));
  },
  'GET /automations': ({ automations, inactive }, req, res) => {
    const all = [...automations].map(([id, name]) => ({ id, name, status: inactive.has(id) ? '2' : '1', links: {} }));
    res.json(page(req, 'automations', all));
  },
  'GET /contacts/:id/contactAutomations': (account, req, res) => {
    const { id } = contactOf(account, req.params.id);
    res.json({ contactAutomations: account.entries.filter(one => one.contact === String(id)) });
  },
  'POST /contactAutomations': (account, req, res) => {
    const given = bodyOf(req, 'contactAutomation');
    const [id, automation] = [needed(given, 'contact'), needed(given, 'automation')];
    const contact = contactOf(account, id);
    if (!account.automations.has(automation)) throw notFound('Automation not found');
    const entry = { id: account.nextId(), contact: String(contact.id), automation };
    account.entries.push(entry);
    res.status(201).json({ contactAutomation: entry });
  },
  'DELETE /contactAutomations/:id': ({ entries }, req, res) => {
    const at = entries.findIndex(one => one.id === req.params.id);
    if (at < 0) throw notFound('Contact automation not found');
    entries.splice(at, 1);
    res.json({});
  },
  'POST /notes': (account, req, res) => {
    const given = bodyOf(req, 'note');
    const [note, relid, reltype] = [needed(given, 'note'), needed(given, 'relid'), needed(given, 'reltype')];
    if (reltype !== 'Subscriber') throw new Refusal(422, { errors: [{ title: `Unknown reltype ${reltype}` }] });
    const contact = account.contacts.get(Number(relid));
    if (!contact) throw nobody(relid);
    const id = account.nextId();
    contact.notes.push({ id, note });
    account.tell('subscriber_note', contact, 'api', { note });
    res.status(201).json({ contacts: [], note: { note, relid, reltype, id, links: {} } });
  },
};
