import { Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { SandboxContext } from '../service.ts';
import type { Received } from './received.ts';

/** What `POST /_sandbox/mail/fault` takes: the common faults in the words of mail. */
const faultInput = z
  .strictObject({
    /** Where in the talk it strikes. `message`: after the mail was taken in and kept. */
    at: z.enum(['connect', 'login', 'sender', 'recipient', 'message']),
    /** The server says this number, with `message`. */
    code: z.int().min(400).max(599).optional(),
    message: z.string().min(1).optional(),
    /** The connection is cut without a word. */
    drop: z.literal(true).optional(),
    /** Part of the recipient's address. */
    recipient: z.string().min(1).optional(),
    times: z.int().positive().default(1),
  })
  .refine(fault => (fault.code === undefined) !== (fault.drop === undefined), { error: 'give either code or drop' });

const METHODS = { connect: 'CONNECT', login: 'AUTH', sender: 'MAIL', recipient: 'RCPT', message: 'DATA' };
const loginInput = z.strictObject({ user: z.string().min(1), password: z.string().min(1) });

export interface Mailbox {
  messages(): Received[];
  /** Passwords by user. */
  logins: Map<string, string>;
  /** The server's address for this login. */
  url(user: string, password: string): string;
}

export function mailControl({ arm }: Pick<SandboxContext, 'arm'>, { messages, logins, url }: Mailbox): Router {
  const router = Router();
  /** `to=`: to this address; `login=`: sent by this user. */
  router.get('/messages', ({ query }, res) => {
    const shown = messages().filter(
      one =>
        (query.to === undefined || one.envelope.to.includes(String(query.to))) &&
        (query.login === undefined || one.login === query.login),
    );
    res.json({ messages: shown });
  });
  /** Another customer of the server's. */
  router.post('/logins', (req, res) => {
    const login = read(loginInput, req.body, res);
    if (!login) return;
    logins.set(login.user, login.password);
    res.status(201).json({ user: login.user, url: url(login.user, login.password) });
  });
  router.post('/fault', (req, res) => {
    const fault = read(faultInput, req.body, res);
    if (!fault) return;
    const { at, code, message, recipient, times } = fault;
    arm({
      method: METHODS[at],
      times,
      after: at === 'message' ? 'after' : 'before',
      ...(recipient !== undefined && { contains: recipient }),
      ...(code === undefined
        ? { reset: true as const }
        : { status: code, ...(message !== undefined && { body: message }) }),
    });
    res.json({ ok: true });
  });
  return router;
}
