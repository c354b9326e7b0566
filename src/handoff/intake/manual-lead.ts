/** What is different about a lead that a person handed off by hand, while it is decided about. */
import { nameOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Change, Db } from '../../db/connection.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import type { Lead } from '../../db/handoffs/leads.ts';
import { openHandoffOf, settleManual } from '../../db/handoffs/manual-leads.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import { answersInLine, answersOf } from '../../domain/form/answers.ts';
import type { Contact } from '../../domain/lead.ts';
import { handedOffBy, isTestContact } from '../../domain/manual.ts';
import type { NewJob } from '../../jobs/queue.ts';
import { notifyManual, removeTestLead } from '../../jobs/requests.ts';
import { MINUTE } from '../../lib/clock.ts';

/** How long a test lead stays. */
export const TEST_LASTS = 10 * MINUTE;

export interface ByHand {
  isTest: boolean;
  /** The open handoff of the same lead, and who has it. */
  hasIt?: { handoffId: string; words: string };
  /** What is noted and done once it is decided; nothing for a lead that came by itself. */
  settle(became: { outcome: string; handoffId: string | null }): { changes: Change[]; jobs: NewJob[] };
}

/** Read under the lead's lock. */
export async function byHandNow(
  trx: Db,
  workspaceId: string,
  { source, signal }: InboxEntry,
  contact: Contact,
  lead: Lead,
  playbook: Playbook,
): Promise<ByHand> {
  if (source !== 'manual') return { isTest: false, settle: () => ({ changes: [], jobs: [] }) };
  const isTest = isTestContact(contact);
  const open = isTest ? undefined : await openHandoffOf(trx, workspaceId, lead.id);
  const manualId = signal.contactId;
  return {
    isTest,
    ...(open && { hasIt: { handoffId: open.id, words: hasItWords(open, playbook) } }),
    settle: became => ({
      changes: [settleManual(trx, workspaceId, manualId, became)],
      jobs: [
        notifyManual(workspaceId, manualId),
        ...(isTest && became.handoffId ? [removeTestLead({ workspaceId, id: became.handoffId }, TEST_LASTS)] : []),
      ],
    }),
  };
}

type Open = NonNullable<Awaited<ReturnType<typeof openHandoffOf>>>;

function hasItWords({ state, repEmail, team }: Open, playbook: Playbook): string {
  if (repEmail) return `${nameOf(playbook, repEmail)} has the lead already`;
  if (state === 'held') return 'the lead is held already, until a manager or an admin decides';
  return `the lead waits already to be claimed${team ? ` by ${teamName(playbook, team)}` : ''}`;
}

/** The beginning of the timeline of such a lead: who, from where, and what they had asked. */
export function byHandEntry(contact: Contact, at: Date): NewEntry | undefined {
  const by = handedOffBy(contact);
  if (!by) return undefined;
  const answers = answersOf(contact);
  const asked = answersInLine(answers);
  const what = isTestContact(contact) ? 'made this test lead' : 'handed the lead off by hand';
  return {
    kind: 'crossed',
    at,
    actor: by.email,
    text: `${by.name} ${what}${by.origin ? ', from a message in Slack' : ''}${asked ? `. ${asked}` : ''}`,
    detail: { via: 'manual', ...(by.origin && { origin: by.origin }), ...(answers.length > 0 && { answers }) },
  };
}
