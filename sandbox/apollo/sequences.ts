/** Apollo's sequences: contacts, email accounts, and who is in which. Only a master key may. */
import type { Request, Response } from 'express';
import { type Member, memberOf, nextId, type SequenceTool } from '../sequence-tool.ts';
import type { Handler, Handlers } from '../service.ts';

/** Ids look like MongoDB's. */
export const idLike = (n: number): string => n.toString(16).padStart(24, '6');

/** @param admitted the key and its limits, as of every call */
export function sequenceHandlers(
  tool: () => SequenceTool,
  admitted: (endpoint: string, work: Handler) => Handler,
): Handlers {
  const contactOf = ({ id, email, ...rest }: SequenceTool['people'][number]) => ({
    ...rest,
    id,
    email,
    contact_campaign_statuses: tool()
      .members.filter(one => one.person === id)
      .map(one => ({ emailer_campaign_id: one.sequence, ...statusOf(one) })),
  });
  const contactNamed = (req: Request, res: Response) => {
    const found = tool().people.find(({ id }) => id === req.params.id);
    if (!found) res.status(404).json({ error: 'Contact not found' });
    return found;
  };
  return {
    'GET /email_accounts': admitted('api/v1/email_accounts/index', (_req, res) => {
      res.json({ email_accounts: tool().users.map(one => ({ ...one, user_id: one.id })) });
    }),
    'POST /emailer_campaigns/search': admitted('api/v1/emailer_campaigns/search', (req, res) => {
      const [page, size] = [Number(req.query.page ?? 1), Math.min(Number(req.query.per_page ?? 25), 100)];
      const all = tool().sequences;
      res.json({
        emailer_campaigns: all.slice((page - 1) * size, page * size).map(one => ({ ...one, archived: false })),
        pagination: { page, per_page: size, total_entries: all.length, total_pages: Math.ceil(all.length / size) },
      });
    }),
    'POST /contacts/search': admitted('api/v1/contacts/search', (req, res) => {
      const words = String(req.query.q_keywords ?? '').toLowerCase();
      res.json({
        contacts: tool()
          .people.filter(({ email }) => email.includes(words))
          .map(contactOf),
      });
    }),
    'POST /contacts': admitted('api/v1/contacts/create', (req, res) => {
      const { email, run_dedupe: dedupe, ...rest } = req.query;
      const known = dedupe === 'true' ? tool().people.find(one => one.email === email) : undefined;
      const made = known ?? { ...rest, id: nextId(tool().people, n => idLike(n + 4_096)), email: String(email ?? '') };
      if (!known) tool().people.push(made);
      res.json({ contact: contactOf(made) });
    }),
    'GET /contacts/:id': admitted('api/v1/contacts/show', (req, res) => {
      const found = contactNamed(req, res);
      if (found) res.json({ contact: contactOf(found) });
    }),
    'POST /emailer_campaigns/:id/add_contact_ids': admitted('api/v1/emailer_campaigns/add_contact_ids', (req, res) => {
      add(tool(), req, res);
    }),
    'POST /emailer_campaigns/remove_or_stop_contact_ids': admitted(
      'api/v1/emailer_campaigns/remove_or_stop_contact_ids',
      (req, res) => {
        const [person, sequence] = [listed(req, 'contact_ids'), listed(req, 'emailer_campaign_ids')];
        if (!['stop', 'remove', 'mark_as_finished'].includes(String(req.query.mode))) {
          return void res.status(422).json({ error: 'mode is needed' });
        }
        const member = memberOf(tool(), person, sequence);
        if (member) member.isOver = true;
        res.json({
          contacts: tool()
            .people.filter(({ id }) => id === person)
            .map(contactOf),
        });
      },
    ),
  };
}

const statusOf = ({ isOver, repliedAt }: Member) =>
  isOver ? { status: 'finished', inactive_reason: repliedAt ? 'Replied' : 'Manually finished' } : { status: 'active' };

/** Whoever is in one already is left out, which is no error. */
function add(tool: SequenceTool, req: Request, res: Response): void {
  const sequence = String(req.params.id);
  const [person, sender] = [listed(req, 'contact_ids'), String(req.query.send_email_from_email_account_id ?? '')];
  if (!tool.sequences.some(({ id }) => id === sequence)) {
    return void res.status(404).json({ error: 'Sequence not found' });
  }
  if (!tool.users.some(({ id }) => id === sender)) return void res.status(422).json({ error: 'No such email account' });
  const isBusy = tool.members.some(one => one.person === person && !one.isOver);
  if (isBusy || !tool.people.some(({ id }) => id === person)) {
    const why = isBusy ? 'contacts_active_in_other_campaigns' : 'contacts_not_found';
    return void res.json({ contacts: [], skipped_contact_ids: { [person]: why } });
  }
  tool.members.push({ id: nextId(tool.members), person, sequence, sender, isOver: false });
  res.json({ contacts: [{ id: person, emailer_campaign_ids: [sequence] }], skipped_contact_ids: {} });
}

/** `contact_ids[]=…`. */
function listed({ query }: Request, name: string): string {
  const given = query[name] ?? query[`${name}[]`];
  return String(Array.isArray(given) ? given[0] : (given ?? ''));
}
