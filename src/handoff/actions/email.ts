/** Email: a rep answers a lead from Slack, in their own name. */
import { randomUUID } from 'node:crypto';
import { personOf } from '../../config/playbook/people.ts';
import { mailTemplates, type Person } from '../../config/playbook.ts';
import { hasUnsubscribed, insertEmail } from '../../db/handoffs/emails.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { displayName } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { sendQueuedEmail } from '../../jobs/requests.ts';
import { addressKey, manyLines, oneLine } from '../../lib/text.ts';
import { type AuthorisedAction, actAs, quotedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { isMailable } from '../core/mail-sender.ts';
import type { EmailDraft, HandoffRequest, Outcome } from '../core/outcomes.ts';
import { fillMail, MOST_BODY, MOST_SUBJECT, templateOf, valuesFor } from '../core/templates.ts';
import { canMail } from './mail-route.ts';
import { takeFromPool } from './touch.ts';

type Unfit = Extract<Outcome, { kind: 'unfit' }>;

const unfit = (field: string, why: string): Unfit => ({ kind: 'unfit', field, why });

/** The chosen template (else the first), filled in for this lead and whoever asks. Changes nothing. */
export async function draftEmail(
  deps: Deps,
  request: HandoffRequest & { template?: string },
): Promise<Outcome<{ draft: EmailDraft }>> {
  return actAs(
    deps,
    request,
    { from: OPEN_STATES, looks: true },
    async (action): Promise<Outcome<{ draft: EmailDraft }>> => {
      const { playbook, handoff } = action;
      const to = await recipientOf(action);
      if (typeof to !== 'string') return to;
      const rep = writerOf(action);
      const { id, template } = templateOf(playbook, request.template);
      const filled = fillMail(template, valuesFor(handoff, rep));
      if (!filled.ok) return unfit('template', `The template “${template.name}” cannot be filled in: ${filled.why}.`);
      const canSend = await canMail(deps, { workspaceId: request.workspaceId, email: rep.email });
      const draft: EmailDraft = {
        template: id,
        templates: Object.entries(mailTemplates(playbook)).map(([key, one]) => ({ id: key, name: one.name })),
        to,
        subject: filled.subject,
        body: filled.body,
        canSend,
        replyTo: rep.email,
      };
      return { kind: 'done', draft };
    },
  );
}

/** Puts the mail into the outbox: from here on it is sent, however long that takes. */
export async function sendEmail(
  deps: Deps,
  request: HandoffRequest & { subject: string; body: string; template?: string },
): Promise<Outcome<{ to: string }>> {
  return actAs(deps, request, { from: OPEN_STATES }, async (action): Promise<Outcome<{ to: string }>> => {
    const to = await recipientOf(action);
    if (typeof to !== 'string') return to;
    const mail = { subject: oneLine(request.subject), body: manyLines(request.body) };
    const problem = problemOf(mail);
    if (problem) return problem;
    const writer = { workspaceId: request.workspaceId, email: action.actor.email };
    if (!(await canMail(deps, writer))) {
      return unfit('to', 'No mail server is connected: an admin sets SMTP_URL. Nothing was sent.');
    }
    await post(await takeFromPool(action), { to, ...mail }, request.template);
    return { kind: 'done', to };
  });
}

function problemOf({ subject, body }: { subject: string; body: string }): Unfit | undefined {
  if (subject === '') return unfit('subject', 'A mail needs a subject.');
  if (subject.length > MOST_SUBJECT) return unfit('subject', `Use ${MOST_SUBJECT} characters at most.`);
  if (body === '') return unfit('body', 'Say something.');
  return body.length > MOST_BODY ? unfit('body', `Use ${MOST_BODY} characters at most.`) : undefined;
}

async function post(
  { trx, workspaceId, handoff, actor, now }: AuthorisedAction,
  mail: { to: string; subject: string; body: string },
  template: string | undefined,
): Promise<void> {
  const id = randomUUID();
  const of = { workspaceId, handoffId: handoff.id };
  await insertEmail(trx, {
    ...of,
    id,
    byEmail: actor.email,
    recipient: mail.to,
    subject: mail.subject,
    body: mail.body,
    messageId: `<${id}@${actor.email.split('@')[1] ?? 'baton'}>`,
    createdAt: now,
  });
  const text = `${actor.name} wrote to ${displayName(handoff.facts.contact)}${quotedNote(mail.subject)}; it is on its way`;
  await recordEntries(
    trx,
    { ...of, leadId: handoff.leadId },
    { kind: 'email_waiting', at: now, actor: actor.email, text, detail: { email: id, ...(template && { template }) } },
  );
  await enqueue(trx, sendQueuedEmail(workspaceId, id));
}

/** Whom to write to, or why nobody may be written to. */
export async function recipientOf({ trx, workspaceId, handoff }: AuthorisedAction): Promise<string | Unfit> {
  const { contact } = handoff.facts;
  const name = displayName(contact);
  if (handoff.judgement.flags.includes('unsubscribed')) return unfit('to', `${name} asked not to be mailed.`);
  if (handoff.isTest) return unfit('to', 'This is a test lead: nobody would read the mail.');
  const address = contact.email?.trim() ?? '';
  if (address === '') return unfit('to', `${name} has no e-mail address.`);
  if (!isMailable(address)) return unfit('to', `${address} is no e-mail address anybody can write to.`);
  const isOver = await hasUnsubscribed(trx, workspaceId, addressKey(address));
  return isOver ? unfit('to', `${name} asked not to be mailed.`) : address;
}

/** The person of the playbook who writes. */
function writerOf({ playbook, actor }: AuthorisedAction): Person {
  const person = personOf(playbook, actor.email);
  if (!person) throw new Error('whoever decides is in the playbook');
  return person;
}
