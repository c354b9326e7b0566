/** Mail over SMTP. */
import { createTransport } from 'nodemailer';
import { messageOf } from '../../contracts/mail-message.ts';
import { type Mailer, MaybeTaken, NoSuchMailbox } from '../../contracts/mailer.ts';
import { saysNoMailbox } from '../../domain/delivery-status.ts';
import { SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, Rejected, toError, Unavailable } from '../../lib/errors.ts';
import { passFence } from '../../lib/fence.ts';
import { oneLine } from '../../lib/text.ts';

const SERVICE = 'smtp';
const TIMEOUT = 20 * SECOND;

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (STARTTLS when the server offers it) or `smtps://…:465`. */
  url: string;
  /** Time limit of connecting, of the greeting, and of each silence after it. Default 20 s. */
  timeoutMs?: number;
}

/** One connection a mail: mails to leads are few and far between. */
export function smtp({ url, timeoutMs = TIMEOUT }: SmtpOptions): Mailer {
  const limits = {
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
  return {
    name: SERVICE,
    async prove() {
      try {
        await createTransport(limits).verify();
      } catch (thrown) {
        throw toFailure(toError(thrown), false);
      }
    },
    async send(mail) {
      let isHandedOver = false;
      const transport = createTransport({
        ...limits,
        // A text never makes the server read a file or fetch a page.
        disableFileAccess: true,
        disableUrlAccess: true,
        // The talk with the server is told nowhere else. From "354, send it" on nobody knows what became of the mail if it fails.
        transactionLog: true,
        logger: listenerTo(answer => {
          isHandedOver ||= answer.startsWith('354');
        }),
      });
      try {
        await passFence();
        const { messageId } = await transport.sendMail(messageOf(mail));
        return { messageId };
      } catch (thrown) {
        throw toFailure(toError(thrown), isHandedOver);
      }
    },
  };
}

/** Hears what the server answers, and keeps quiet about everything. */
function listenerTo(hear: (answer: string) => void) {
  const quiet = () => undefined;
  const debug = ({ tnx }: { tnx?: string }, said: unknown) => {
    if (tnx === 'server') hear(String(said));
  };
  return { level: quiet, trace: quiet, debug, info: quiet, warn: quiet, error: quiet, fatal: quiet };
}

/** Answers of a server that wants another login: bad or missing credentials, too weak, expired. */
const LOGIN_REFUSED = new Set([530, 534, 535, 538]);

/** What a refusal means, by the server's own code; without one nobody knows whether a mail was taken that had been handed over. */
function toFailure(error: Error, isHandedOver: boolean): Failure {
  const { code, responseCode, response } = error as Error & { code?: string; responseCode?: number; response?: string };
  const said = oneLine(response ?? error.message).slice(0, 500);
  const detail = { service: SERVICE, code: String(responseCode ?? code ?? 'UNKNOWN'), cause: error };
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) {
    return new Unavailable(`the mail server asks to try later (${said})`, detail);
  }
  if (code === 'EAUTH' || code === 'ENOAUTH' || (responseCode !== undefined && LOGIN_REFUSED.has(responseCode))) {
    return new CredentialsRejected(`the mail server does not accept the login (${said})`, detail);
  }
  if (responseCode !== undefined && responseCode >= 500 && saysNoMailbox(said)) {
    return new NoSuchMailbox(`the mail server refused it (${said})`, detail);
  }
  if (responseCode !== undefined && responseCode >= 500) {
    return new Rejected(`the mail server refused it (${said})`, detail);
  }
  // The library itself found an address no server would take.
  if (code === 'EENVELOPE') return new Rejected(`the address cannot be mailed to (${said})`, detail);
  if (isHandedOver) return new MaybeTaken(`the mail server gave no answer (${said})`, detail);
  return new Unavailable(`the mail server cannot be reached (${said})`, detail);
}
