/** A mail to leads as it would leave, before anybody gets it: on a lead that is kept, or an example; and to whoever writes it. */
import { createHash, randomUUID } from 'node:crypto';
import { personOf } from '../config/playbook/people.ts';
import type { Person, Playbook } from '../config/playbook.ts';
import { MaybeTaken } from '../contracts/mailer.ts';
import { newestFormLeads } from '../db/handoffs/handoff-list.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { failureReason } from '../domain/failure-words.ts';
import type { WithheldReason } from '../domain/first-answer.ts';
import { displayName } from '../domain/lead.ts';
import { canMail, handOver, mailboxOf } from '../handoff/actions/mail-route.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { runOnceInSteps } from '../handoff/core/idempotency.ts';
import { senderOf } from '../handoff/core/mail-sender.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { type Filled, fillMail, valuesFor } from '../handoff/core/templates.ts';
import { inputOf } from '../handoff/reply/answer-lead.ts';
import { fillAnswer, isForLead, withFooter } from '../handoff/reply/compose.ts';
import { whyWithheld } from '../handoff/reply/withhold.ts';
import { Failure } from '../lib/errors.ts';
import { adminOf, type NotAllowed } from './playbook-versions.ts';
import { factsOf, tryLead } from './sample-lead.ts';

/** A text as somebody is writing it. */
export interface MailDraft {
  /** The first answer, or a template that reps choose. */
  kind: 'answer' | 'template';
  subject: string;
  body: string;
  /** Which leads it is for; left out: any. */
  when?: Playbook['reply']['templates'][number]['when'];
}

export interface MailPreview {
  /** Whose name, company and answers are filled in; `isExample`: nobody's. */
  lead: { name: string; company: string; isExample: boolean; isMeant: boolean };
  /** The rep who signs. */
  signedBy: string;
  mail: Filled;
  /** Why Baton would not send it to this lead by itself now; absent: it would, or it never sends this. */
  withheld?: WithheldReason;
  isOff?: true;
  /** The address of the company and a way to get no more stand below it. */
  hasFooter?: true;
}

export type TestSent =
  | { kind: 'done'; to: string }
  | { kind: 'failed'; why: string }
  | { kind: 'maybe'; to: string }
  | { kind: 'under_way' }
  | NotAllowed;

export interface MailPreviews {
  /** Nothing is sent or kept. */
  previewMail(requester: Requester, draft: MailDraft): Promise<MailPreview | NotAllowed>;
  /** The same as a mail to whoever asks, marked as a test, and to nobody else. */
  sendTestMail(requester: Requester, draft: MailDraft): Promise<TestSent>;
}

export function mailPreviews(deps: Deps): MailPreviews {
  return {
    async previewMail(by, draft) {
      const admin = await adminOf(deps, by);
      if ('kind' in admin) return admin;
      return (await shownOn(deps, by.workspaceId, draft, admin.email)).preview;
    },
    async sendTestMail(by, draft) {
      const admin = await adminOf(deps, by);
      if ('kind' in admin) return admin;
      return runOnceInSteps(deps.db, ofText(by, draft), deps.clock.now(), () =>
        sendTest(deps, by.workspaceId, draft, admin.email),
      );
    },
  };
}

/** Pressed twice it is one mail, unless the text is another by then. */
function ofText(by: Requester, draft: MailDraft): Requester {
  const { idempotency } = by;
  if (!idempotency) return by;
  const text = createHash('sha256').update(JSON.stringify(draft)).digest('base64url');
  return { ...by, idempotency: { ...idempotency, key: `${idempotency.key}:${text}` } };
}

/** Leads that are looked through for one that the text is for. */
const CANDIDATES = 10;

interface Shown {
  preview: MailPreview;
  playbook: Playbook;
  rep: Person;
  lead: Pick<Handoff<Facts>, 'facts' | 'judgement'>;
}

async function shownOn(deps: Deps, workspaceId: string, draft: MailDraft, adminEmail: string): Promise<Shown> {
  const [{ playbook }, kept] = await Promise.all([
    deps.playbook(workspaceId),
    newestFormLeads<Facts>(deps.db, workspaceId, CANDIDATES),
  ]);
  const isMeant = (one: Handoff<Facts>) => isForLead(draft.when ?? {}, one);
  const handoff = kept.find(isMeant) ?? kept[0];
  const rep = personOf(playbook, handoff?.repEmail ?? adminEmail) ?? unknownPerson(adminEmail);
  const lead = handoff ?? exampleLead(playbook, deps.clock.now());
  const preview: MailPreview = {
    lead: {
      name: displayName(lead.facts.contact),
      company: lead.judgement.company.name ?? lead.facts.contact.company ?? '',
      isExample: handoff === undefined,
      isMeant: handoff === undefined || isMeant(handoff),
    },
    signedBy: rep.name,
    mail: filledIn(draft, lead, rep),
    ...(draft.kind === 'answer' && { hasFooter: true as const }),
    ...(draft.kind === 'answer' && !playbook.reply.enabled && { isOff: true as const }),
  };
  const withheld = draft.kind === 'answer' && handoff ? whyWithheld(await inputOf(deps, deps.db, handoff)) : undefined;
  return { preview: { ...preview, ...(withheld && { withheld }) }, playbook, rep, lead };
}

const unknownPerson = (email: string): Person => ({ email, name: email, time_zone: 'UTC' });

function filledIn(draft: MailDraft, lead: Pick<Handoff<Facts>, 'facts' | 'judgement'>, rep: Person): Filled {
  return draft.kind === 'answer' ? fillAnswer(draft, lead, rep) : fillMail(draft, valuesFor(lead, rep));
}

/** Nobody: for a company that has no lead yet. */
export function exampleLead(playbook: Playbook, now: Date): Pick<Handoff<Facts>, 'facts' | 'judgement'> {
  const described = {
    email: 'jo.example@example.com',
    source: 'form',
    title: 'Head of Operations',
    company: 'Example Ltd',
    employees: 300,
    industry: 'Technology',
  };
  const { contact, ...rest } = factsOf(described);
  const activities = [{ type: 'form' as const, at: now.toISOString(), detail: 'Demo request' }];
  const facts: Facts = {
    ...rest,
    contact: { ...contact, firstName: 'Jo', lastName: 'Example', activities },
    company: { ...rest.company, name: 'Example Ltd', industry: 'Technology', employees: 300 },
  };
  return { facts, judgement: tryLead(playbook, facts, now).judgement };
}

/** Of a lead's own mail this is a link of theirs. */
const NO_LINK = '(in a lead’s mail their own link stands here)';

/** Through the mailbox of whoever asks where they have one, else the mail server. Not kept: who is unsure sends another. */
async function sendTest(deps: Deps, workspaceId: string, draft: MailDraft, to: string): Promise<TestSent> {
  const { preview, playbook, rep, lead } = await shownOn(deps, workspaceId, draft, to);
  const { mail } = preview;
  if (!mail.ok) return { kind: 'failed', why: mail.why };
  const writer = { workspaceId, email: to };
  if (!(await canMail(deps, writer))) return { kind: 'failed', why: 'no mail server is connected' };
  try {
    await handOver(deps, writer, await mailboxOf(deps, writer), {
      messageId: `<${randomUUID()}@${to.split('@')[1] ?? 'baton'}>`,
      from: senderOf(playbook, rep, valuesFor(lead, rep)),
      replyTo: { name: rep.name, address: rep.email },
      to,
      subject: `Test: ${mail.subject}`,
      text: draft.kind === 'answer' ? withFooter(mail.body, playbook, NO_LINK) : mail.body,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    if (error instanceof MaybeTaken) return { kind: 'maybe', to };
    if (error instanceof Failure) return { kind: 'failed', why: failureReason(error) };
    throw error;
  }
  return { kind: 'done', to };
}
