/** A mail server: asks for a login, takes mail for any address, keeps it for the test and the demo page to read. */
import type { AddressInfo, Socket } from 'node:net';
import { Router } from 'express';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import { read } from '../control.ts';
import type { SandboxContext, Service, ServiceFactory } from '../service.ts';

const USER = 'baton';
const PASSWORD = 'sandbox-mail-password';
const MOST_BYTES = 10 * 1024 * 1024;

/** A mail as it arrived. */
interface Received {
  at: string;
  envelope: { from: string; to: string[] };
  messageId: string | undefined;
  from: string | undefined;
  fromName: string | undefined;
  replyTo: string | undefined;
  to: string[];
  subject: string | undefined;
  text: string | undefined;
  headers: { key: string; value: string }[];
  /** As it came over the wire. */
  raw: string;
}

/** What `POST /_sandbox/mail/fault` takes. */
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

type Fault = z.infer<typeof faultInput>;
type Done = (error?: Error | null) => void;

export const mail: ServiceFactory = (context: SandboxContext): Service => {
  let messages: Received[] = [];
  let faults: Fault[] = [];
  let port: number | undefined;
  const sockets = new Map<number, Socket>();

  /** Strikes when a fault waits at this point; answers whether it did. */
  function struck(at: Fault['at'], session: SMTPServerSession, done: Done, recipient = ''): boolean {
    const fault = faults.find(one => one.at === at && recipient.includes(one.recipient ?? ''));
    if (!fault) return false;
    fault.times -= 1;
    faults = faults.filter(one => one.times > 0);
    if (fault.drop) sockets.get(session.remotePort)?.destroy();
    else done(Object.assign(new Error(fault.message ?? 'refused by the sandbox'), { responseCode: fault.code }));
    return true;
  }

  async function keep(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    if (stream.sizeExceeded) throw Object.assign(new Error('message exceeds the fixed limit'), { responseCode: 552 });
    messages.push(await received(Buffer.concat(chunks), session, context.clock.now()));
  }

  const server = new SMTPServer({
    name: 'mail.sandbox.example',
    banner: 'sandbox',
    size: MOST_BYTES,
    // On the loopback there is nobody to listen in, and no certificate to trust.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onConnect(session, done) {
      if (!struck('connect', session, done)) done();
    },
    onAuth({ username, password }, session, done) {
      if (struck('login', session, done)) return;
      if (username === USER && password === PASSWORD) return done(null, { user: USER });
      done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }));
    },
    onMailFrom(_address, session, done) {
      if (!struck('sender', session, done)) done();
    },
    onRcptTo({ address }, session, done) {
      if (!struck('recipient', session, done, address)) done();
    },
    onData(stream, session, done) {
      keep(stream, session).then(
        () => {
          if (!struck('message', session, done)) done();
        },
        (error: Error) => done(error),
      );
    },
  });
  // A client that goes away in the middle of a talk is no trouble of the server.
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    const { remotePort = 0 } = socket;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });

  const control = Router();
  control.get('/messages', (_req, res) => void res.json({ messages }));
  control.post('/fault', (req, res) => {
    const fault = read(faultInput, req.body, res);
    if (!fault) return;
    faults.push(fault);
    res.json({ ok: true, faults });
  });

  return {
    name: 'mail',
    routes: Router(),
    control,
    reset() {
      messages = [];
      faults = [];
    },
    start: wanted =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject);
        server.listen(wanted, '127.0.0.1', () => {
          port = (server.server.address() as AddressInfo).port;
          resolve();
        });
      }),
    env: base => ({
      SMTP_URL: `smtp://${USER}:${PASSWORD}@127.0.0.1:${port ?? Number(new URL(base).port) + 1}`,
    }),
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets.values()) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

async function received(raw: Buffer, { envelope }: SMTPServerSession, at: Date): Promise<Received> {
  const parsed = await PostalMime.parse(raw);
  return {
    at: at.toISOString(),
    envelope: {
      from: envelope.mailFrom ? envelope.mailFrom.address : '',
      to: envelope.rcptTo.map(({ address }) => address),
    },
    messageId: parsed.messageId,
    from: parsed.from?.address,
    fromName: parsed.from?.name,
    replyTo: parsed.replyTo?.[0]?.address,
    to: (parsed.to ?? []).flatMap(({ address }) => (address ? [address] : [])),
    subject: parsed.subject,
    text: parsed.text,
    headers: parsed.headers.map(({ key, value }) => ({ key, value })),
    raw: raw.toString('utf8'),
  };
}
