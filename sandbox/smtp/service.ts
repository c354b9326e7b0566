/** A mail server: asks for a login, takes mail for any address, keeps it for the test and the demo page to read. */
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { matcherOf, partsOf } from '../coverage.ts';
import type { Line } from '../faults.ts';
import type { SandboxContext, Service, ServiceFactory } from '../service.ts';
import { mailControl, RETURN_ADDRESS } from './control.ts';
import { coverage } from './coverage.ts';
import { type Received, received } from './received.ts';

const USER = 'baton';
const PASSWORD = 'sandbox-mail-password';
const MOST_BYTES = 10 * 1024 * 1024;
/** What this file answers, and what the library answers by itself. */
const OURS = ['CONNECT /', 'AUTH /', 'MAIL /', 'RCPT /', 'DATA /'] as const;
const THE_LIBRARYS = ['EHLO|HELO /', 'RSET|NOOP|QUIT /'];

type Done = (error?: Error | null) => void;
/** Does what a command asks for; answers what is wrong with it, if anything. */
type Command = (session: SMTPServerSession) => Promise<Error | undefined> | Error | undefined;

export const mail: ServiceFactory = (context): Service => {
  let messages: Received[] = [];
  let port: number | undefined;
  const logins = new Map<string, string>();
  const sockets = new Map<number, Socket>();
  const forget = () => {
    messages = [];
    logins.clear();
    logins.set(USER, PASSWORD);
  };
  forget();

  /** A command on its way: call log, latency and faults come first, as before every stand-in. */
  function command(
    endpoint: (typeof OURS)[number],
    session: SMTPServerSession,
    body: string,
    done: Done,
    work: Command,
  ): void {
    const line = lineOf(sockets.get(session.remotePort), done);
    context
      .exchange({
        method: partsOf(endpoint).methods.join(),
        endpoint,
        body,
        line,
        async work() {
          const error = await work(session);
          const status = error === undefined ? 250 : Number((error as { responseCode?: number }).responseCode ?? 451);
          return { status, answer: () => done(error) };
        },
      })
      .catch(done);
  }

  const server = new SMTPServer({
    ...OPTIONS,
    logger: commandLog(context),
    onConnect: (session, done) => command('CONNECT /', session, '', done, () => undefined),
    onAuth({ username = '', password }, session, done) {
      const answered: Done = error => (error ? done(error) : done(null, { user: username }));
      command('AUTH /', session, username, answered, () =>
        logins.has(username) && logins.get(username) === password
          ? undefined
          : refusal(535, '5.7.8 Authentication credentials invalid'),
      );
    },
    onMailFrom: ({ address }, session, done) => command('MAIL /', session, address, done, () => undefined),
    onRcptTo: ({ address }, session, done) => command('RCPT /', session, address, done, () => undefined),
    onData(stream, session, done) {
      const coming = contentOf(stream);
      // The bytes are read whatever becomes of them: a server that stops reading in the middle has no answer to give.
      coming.then(
        raw =>
          command('DATA /', session, raw.toString('utf8'), done, async () => {
            if (stream.sizeExceeded) return refusal(552, 'message exceeds the fixed limit');
            messages.push(await received(raw, session, context.clock.now()));
            return undefined;
          }),
        done,
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

  const url = (user: string, password: string, at = port) => `smtp://${user}:${password}@127.0.0.1:${at}`;
  return {
    name: 'mail',
    coverage,
    handlers: {},
    commands: Object.fromEntries([...OURS, ...THE_LIBRARYS].map(endpoint => [endpoint, true])),
    otherwise: (_req, res) => res.status(404).json({ error: 'a mail server speaks SMTP, on a port of its own' }),
    control: mailControl(context, { messages: () => messages, logins, url }),
    reset: forget,
    start: wanted =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject);
        server.listen(wanted, '127.0.0.1', () => {
          port = (server.server.address() as AddressInfo).port;
          resolve();
        });
      }),
    env: base => ({
      SMTP_URL: url(USER, PASSWORD, port ?? Number(new URL(base).port) + 1),
      MAIL_RETURN_ADDRESS: RETURN_ADDRESS,
    }),
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets.values()) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

const OPTIONS = {
  name: 'mail.sandbox.example',
  banner: 'sandbox',
  size: MOST_BYTES,
  disabledCommands: Object.keys(coverage).flatMap(key =>
    'absent' in (coverage[key] ?? {}) ? partsOf(key).methods : [],
  ),
  allowInsecureAuth: true,
  disableReverseLookup: true,
};

function lineOf(socket: Socket | undefined, done: Done): Line {
  return {
    answer: ({ status = 200, body }) =>
      done(status < 400 ? null : refusal(status, String(body ?? 'refused by the sandbox'))),
    reset: () => void socket?.resetAndDestroy(),
    drop: () => void socket?.destroy(),
    onClose: closed => void socket?.once('close', closed),
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function contentOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The library tells its log of every command: one that is not in the table is unknown, whatever is answered to it. */
function commandLog({ unknown }: SandboxContext) {
  const fits = matcherOf(coverage);
  const quiet = () => undefined;
  return {
    trace: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    fatal: quiet,
    debug(entry: unknown) {
      const { tnx, command = '' } = entry as { tnx?: string; command?: string };
      if (tnx === 'command' && !fits(command, '/')) unknown(command);
    },
  };
}
