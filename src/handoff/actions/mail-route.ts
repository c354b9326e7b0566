/** By which way a person's mail to a lead leaves: their own mailbox where they connected one, else the mail server. */
import { type Mail, type Mailboxes, MaybeTaken } from '../../contracts/mailer.ts';
import { credentialFacts } from '../../db/connections/credentials.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { CredentialsRejected, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { settlePersonalLogin } from './personal-login.ts';

interface Writer {
  workspaceId: string;
  /** Of the playbook. */
  email: string;
}

/** The mailbox that they connected and that takes their log-in, if any. One round trip for each kind there is. */
export async function mailboxOf(deps: Deps, { workspaceId, email }: Writer): Promise<Mailboxes | undefined> {
  const { mailboxes } = await deps.vendors(workspaceId);
  for (const mailbox of mailboxes) {
    const login = await credentialFacts(deps.db, { workspaceId, vendor: mailbox.name, holder: email });
    if (login?.status === 'active') return mailbox;
  }
  return undefined;
}

/** Is there any way for a mail of theirs? */
export async function canMail(deps: Deps, writer: Writer): Promise<boolean> {
  const { mailer } = await deps.vendors(writer.workspaceId);
  return mailer !== undefined || (await mailboxOf(deps, writer)) !== undefined;
}

/**
 * Hands the mail over, by the mailbox where one is given. One that does not accept the log-in any more has taken nothing: its
 * owner is asked to connect again, and the mail server stands in.
 * @throws Failure as a Mailer does, but for a log-in of the mailbox: that is nobody else's trouble
 */
export async function handOver(deps: Deps, writer: Writer, mailbox: Mailboxes | undefined, mail: Mail): Promise<void> {
  const { workspaceId, email: holder } = writer;
  const { mailer } = await deps.vendors(workspaceId);
  if (mailbox) {
    const key = { workspaceId, vendor: mailbox.name, holder };
    const before = await credentialFacts(deps.db, key);
    try {
      await mailbox.send(holder, mail);
      return;
    } catch (error) {
      if (!(error instanceof CredentialsRejected)) throw error;
      const why = failureReason(error);
      // Baton's own app is at fault: connecting again would help nobody.
      if (!error.forAll) {
        const lapsed = before && { ...before, status: 'active' as const };
        await deps.db.transaction(trx =>
          settlePersonalLogin(deps, trx, key, { own: { kind: 'lapsed', why }, before: lapsed }),
        );
      }
      deps.log.warn({ err: error, workspaceId, vendor: mailbox.name }, 'a mailbox does not take mail any more');
      if (!mailer) throw new Rejected(why, { service: mailbox.name, code: 'LOGIN_LAPSED', cause: error });
    }
  }
  if (!mailer) throw new Rejected('no mail server is connected any more', { service: 'mail', code: 'not_connected' });
  await mailer.send(mail);
}

/** Nobody knows whether the mailbox sent it, and it cannot be asked. */
export const isUnknown = (error: unknown, mailbox: Mailboxes | undefined): boolean =>
  mailbox !== undefined && error instanceof MaybeTaken;
