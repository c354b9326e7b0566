/** A lead that a person hands off: checked, kept, and put into the inbox like any other source's signal. */
import { storeManual } from '../../db/handoffs/manual-leads.ts';
import type { ManualLead } from '../../domain/manual.ts';
import { processSignals } from '../../jobs/requests.ts';
import { addressKey, storableText } from '../../lib/text.ts';
import { actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Outcome, Refusal } from '../core/outcomes.ts';
import type { Requester } from '../core/rights.ts';
import { judgeEmail } from '../judge/email.ts';

/** What fits into a CRM and onto a card; the answers are told in full. */
const MOST: Record<keyof ManualLead, number> = {
  email: 254,
  firstName: 80,
  lastName: 80,
  company: 200,
  title: 120,
  phone: 40,
  budget: 500,
  timeline: 500,
  companySize: 500,
  useCase: 2_000,
  origin: 1_000,
};
const LABELS: Record<keyof ManualLead, string> = {
  email: 'The e-mail address',
  firstName: 'The first name',
  lastName: 'The last name',
  company: 'The company',
  title: 'The title',
  phone: 'The phone number',
  budget: 'The budget',
  timeline: 'The timeline',
  companySize: 'The company size',
  useCase: 'The use case',
  origin: 'The link to the message',
};

/** Judged and routed soon after; whoever did it hears by DM what became of it. The same `key` again does nothing. */
export async function handOff(
  deps: Deps,
  requester: Requester & { lead: ManualLead; key: string },
): Promise<Outcome<{ email: string }>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  const lead = tidied(requester.lead);
  const unfit = whatIsUnfit(lead);
  if (unfit) return unfit;
  await storeManual(
    deps.db,
    requester.workspaceId,
    {
      key: requester.key,
      lead,
      byEmail: person.actor.email,
      byName: person.actor.name,
      bySlackId: requester.slackUserId,
      at: person.now,
    },
    processSignals,
  );
  return { kind: 'done', email: lead.email };
}

/** Without what surrounds it, and without what was left empty. Pure. */
function tidied(lead: ManualLead): ManualLead {
  const given = Object.keys(MOST).flatMap(name => {
    const text = storableText(lead[name as keyof ManualLead] ?? '').trim();
    return text ? [[name, text] as const] : [];
  });
  return { ...Object.fromEntries(given), email: addressKey(lead.email) };
}

function whatIsUnfit(lead: ManualLead): (Refusal & { kind: 'unfit' }) | undefined {
  const verdict = judgeEmail(lead.email);
  if (verdict.kind === 'malformed') {
    return { kind: 'unfit', field: 'email', why: `This address cannot be used: ${verdict.reason}.` };
  }
  for (const [field, most] of Object.entries(MOST) as [keyof ManualLead, number][]) {
    const length = lead[field]?.length ?? 0;
    if (length > most) {
      return { kind: 'unfit', field, why: `${LABELS[field]} may have ${most} characters at most; this has ${length}.` };
    }
  }
  return undefined;
}
