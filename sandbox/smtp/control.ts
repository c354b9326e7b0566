import { Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { SandboxContext } from '../service.ts';
import { bounceOf } from './bounce.ts';
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

/** Its mail is passed on to the app. */
export const RETURN_ADDRESS = 'returns@mail.sandbox.example';

const METHODS = { connect: 'CONNECT', login: 'AUTH', sender: 'MAIL', recipient: 'RCPT', message: 'DATA' };
const loginInput = z.strictObject({ user: z.string().min(1), password: z.string().min(1) });

const bounceInput = z.strictObject({
  /** The last mail to this address comes back. */
  to: z.string().min(1),
  status: z.string().default('5.1.1'),
  action: z.enum(['failed', 'delayed']).default('failed'),
  why: z.string().default('The email account that you tried to reach does not exist.'),
  /** How the provider passes it on. */
  as: z.enum(['raw', 'multipart']).default('raw'),
});

export interface Mailbox {
  messages(): Received[];
  /** Passwords by user. */
  logins: Map<string, string>;
  /** The server's address for this login. */
  url(user: string, password: string): string;
}

export function mailControl(
  { arm, appUrl, hookKey }: Pick<SandboxContext, 'arm' | 'appUrl' | 'hookKey'>,
  { messages, logins, url }: Mailbox,
): Router {
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
  /** The other server sends a mail back to its return address, whose provider passes it on to the app. */
  router.post('/bounce', async (req, res) => {
    const given = read(bounceInput, req.body, res);
    if (!given) return;
    const mail = messages().findLast(({ envelope }) => envelope.to.includes(given.to));
    if (!mail) return void res.status(404).json({ error: `nothing was mailed to ${given.to}` });
    if (mail.envelope.from !== RETURN_ADDRESS) return void res.json({ returnedTo: mail.envelope.from });
    res.json(await passOn(bounceOf(mail, given), given.as));
  });
  /** Anybody writes to the return address. */
  router.post('/arrived', async (req, res) => {
    const given = read(z.strictObject({ raw: z.string() }), req.body, res);
    if (given) res.json(await passOn(given.raw, 'raw'));
  });
  return router;

  async function passOn(raw: string, as: 'raw' | 'multipart') {
    const form = new FormData();
    form.set('envelope', JSON.stringify({ to: [RETURN_ADDRESS] }));
    form.set('email', raw);
    const answer = await fetch(`${appUrl()}/hooks/${hookKey}/mail`, {
      method: 'POST',
      ...(as === 'multipart' ? { body: form } : { body: raw, headers: { 'content-type': 'message/rfc822' } }),
    });
    return { returnedTo: RETURN_ADDRESS, status: answer.status, body: await answer.text() };
  }
}
