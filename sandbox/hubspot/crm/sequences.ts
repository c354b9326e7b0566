/** Sequences of an account: whose they are, who has a seat for them, and which contact is in one. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { read } from '../../control.ts';
import type { Account } from '../account.ts';
import { invalid, missingScopes, notFound, Refusal } from '../errors.ts';
import { type AccountHandler, input, pageOf, paging } from '../http.ts';
import type { Enrolled } from './sequence-state.ts';

const enrolInput = z.strictObject({
  sequenceId: z.string(),
  contactId: z.string(),
  senderEmail: z.string(),
  senderAliasAddress: z.string().optional(),
});

/** What every endpoint checks: the scope, then the seat of whoever it is asked for. */
function userOf(account: Account, req: Request) {
  const userId = String(req.query.userId ?? '');
  const owner = [...account.portal.owners.values()].find(one => String(one.userId) === userId && !one.archived);
  if (!owner) throw invalid(`userId ${userId || 'is missing'}: no such user`);
  if (account.sequences.withoutSeat.has(owner.email)) {
    throw new Refusal(403, 'BANNED', 'The user does not have a seat that allows them to use sequences.');
  }
  return owner;
}

const granted =
  (work: AccountHandler): AccountHandler =>
  (account, req, res) => {
    if (!account.sequences.granted) {
      throw missingScopes(['automation.sequences.read', 'automation.sequences.enrollments.write']);
    }
    work(account, req, res);
  };

export const sequenceHandlers: Record<string, AccountHandler> = {
  'GET /automation/sequences/:version': granted((account, req, res) => {
    const user = userOf(account, req);
    const after = req.query.after === undefined ? undefined : String(req.query.after);
    const page = pageOf(account.sequences.all, ({ id }) => id, after, Math.min(Number(req.query.limit ?? 10), 100));
    const results = page.results.map(one => ({ ...one, folderId: null, userId: String(user.userId) }));
    res.json({ total: account.sequences.all.length, results, ...paging(page.next) });
  }),
  'POST /automation/sequences/:version/enrollments': granted((account, req, res) => {
    const user = userOf(account, req);
    const body = input(enrolInput, req);
    const contact = account.portal.find('contacts', body.contactId);
    const sequence = account.sequences.all.find(({ id }) => id === body.sequenceId);
    if (!contact) throw notFound(`No contact ${body.contactId}`);
    if (!sequence) throw notFound(`No sequence ${body.sequenceId}`);
    if (body.senderEmail.toLowerCase() !== user.email.toLowerCase()) {
      throw invalid('senderEmail is not a connected inbox of the user');
    }
    if (account.sequences.enrolled.has(contact.id)) throw invalid('The contact is already enrolled in a sequence');
    const at = account.clock.now().toISOString();
    const made: Enrolled = {
      id: String(70 + account.sequences.enrolled.size),
      toEmail: String(contact.properties.email ?? ''),
      enrolledAt: at,
      updatedAt: at,
      sequenceId: sequence.id,
      sequenceName: sequence.name,
      enrolledBy: String(user.userId),
      enrolledByEmail: user.email,
    };
    account.sequences.enrolled.set(contact.id, made);
    const { id, toEmail, enrolledAt, updatedAt } = made;
    res.json({ id, toEmail, enrolledAt, updatedAt });
  }),
  'GET /automation/sequences/:version/enrollments/contact/:id': granted((account, req, res) => {
    const found = account.sequences.enrolled.get(String(req.params.id));
    if (!found) throw notFound('Object not found. The contact is in no sequence.');
    res.json(found);
  }),
};

const sequenceInput = z.strictObject({ name: z.string(), id: z.string().optional() });
const settingsInput = z.strictObject({ granted: z.boolean().optional(), withoutSeat: z.array(z.string()).optional() });
const endInput = z.strictObject({ email: z.string(), replied: z.boolean().default(false) });

/** Buttons: a sequence is made, the account lacks something, a lead replies or a person ends it. */
export const sequenceControls: Record<string, (account: Account, req: Request, res: Response) => void> = {
  '/sequences': ({ sequences }, req, res) => {
    const body = read(sequenceInput, req.body, res);
    if (!body) return;
    const made = { id: body.id ?? String(5_000 + sequences.all.length), name: body.name };
    sequences.all.push(made);
    res.json(made);
  },
  '/sequences/settings': ({ sequences }, req, res) => {
    const body = read(settingsInput, req.body, res);
    if (!body) return;
    if (body.granted !== undefined) sequences.granted = body.granted;
    if (body.withoutSeat) sequences.withoutSeat = new Set(body.withoutSeat);
    res.json({});
  },
  '/sequences/end': ({ sequences, portal, clock }, req, res) => {
    const body = read(endInput, req.body, res);
    if (!body) return;
    const [contactId] = [...sequences.enrolled].find(([, { toEmail }]) => toEmail === body.email) ?? [];
    if (contactId === undefined) return void res.status(404).json({ error: 'in no sequence' });
    sequences.enrolled.delete(contactId);
    const at = clock.now().toISOString();
    if (body.replied) {
      portal.update(portal.need('contacts', contactId), { hs_sales_email_last_replied: at }, 'CRM_UI');
    }
    res.json({});
  },
};

/** Who is in which. */
export const sequenceLook = ({ sequences }: Account, _req: Request, res: Response): void => {
  res.json(
    [...sequences.enrolled.values()].map(one => ({
      email: one.toEmail,
      sequence: one.sequenceName,
      by: one.enrolledByEmail,
    })),
  );
};
