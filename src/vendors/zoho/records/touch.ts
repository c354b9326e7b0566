/** What a rep did: a call, or an e-mail as a task that is done. */
import type { CrmLogged, CrmTouch } from '../../../contracts/crm.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { CredentialsRejected, Rejected, toError } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { type About, makeActivity, type NewActivity } from './activity.ts';
import { openTask } from './follow-up.ts';
import { convertedFrom } from './relocate.ts';
import { zohoTime } from './values.ts';

/** Somebody who logged in themselves; undefined: they did not, or were refused since. */
export type CompanyOf = (email: string) => Promise<Pick<Company, 'client' | 'save'> | undefined>;

/** One call, one more for the next step; the first of somebody's own log-in renews its token now and then. */
export function toucher(company: Company, own?: CompanyOf): (touch: CrmTouch) => Promise<CrmLogged> {
  return async touch => {
    const theirs = touch.writeAs && (await own?.(touch.writeAs));
    if (!theirs) return logged(company, touch);
    try {
      return { ...(await logged({ ...company, ...theirs }, touch)), own: { kind: 'used' } };
    } catch (error) {
      const why = failureReason(toError(error));
      if (error instanceof CredentialsRejected)
        return { ...(await logged(company, touch)), own: { kind: 'lapsed', why } };
      // Their user may not write it; what Baton's may not either is refused below.
      if (error instanceof Rejected) return { ...(await logged(company, touch)), own: { kind: 'denied', why } };
      throw error;
    }
  };
}

async function logged(company: Company, touch: CrmTouch): Promise<CrmLogged> {
  const { record, dealId } = touch;
  const about = record.kind === 'lead' ? { lead: record.id } : { contact: record.id, deal: dealId };
  try {
    return await loggedOn(company, touch, about);
  } catch (error) {
    if (!(error instanceof Rejected) || record.kind !== 'lead') throw error;
    const converted = await convertedFrom(company, record.id);
    if (!converted) throw error;
    const { contact, deal } = converted;
    return { ...(await loggedOn(company, touch, { contact: contact.id, deal })), record: contact };
  }
}

async function loggedOn(company: Company, touch: CrmTouch, about: About): Promise<CrmLogged> {
  const { touchId, nextStep, ownerId, defaults } = touch;
  const { id, warnings } = await makeActivity(
    company,
    touch.kind === 'call' ? callOf(touch, about) : mailOf(touch, about),
  );
  if (!nextStep) return { id, warnings };
  const next: NewActivity = {
    key: `${touchId}:next`,
    module: 'Tasks',
    subject: nextStep.subject,
    text: '',
    about,
    ownerId,
    values: openTask(nextStep.dueOn, 'normal'),
    defaults,
  };
  try {
    const more = await makeActivity(company, next);
    return { id, warnings: [...warnings, ...more.warnings] };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { id, warnings: [...warnings, `The next step could not be made: ${failureReason(error)}.`] };
  }
}

/** Minutes and seconds, as Zoho writes them. */
function clockOf(seconds: number): string {
  return [Math.floor(seconds / 60), seconds % 60].map(part => String(part).padStart(2, '0')).join(':');
}

function callOf({ touchId, subject, description, at, ownerId, call }: CrmTouch, about: About): NewActivity {
  const direction = call?.direction === 'inbound' ? 'Inbound' : 'Outbound';
  const said = call && `${call.outcome} (${call.direction})`;
  return {
    key: touchId,
    module: 'Calls',
    subject,
    text: [said, description].filter(Boolean).join('\n'),
    about,
    ownerId,
    values: {
      Call_Type: direction,
      Call_Start_Time: zohoTime(new Date(at)),
      Call_Duration: clockOf(call?.seconds ?? 0),
      ...(direction === 'Outbound' && { Outgoing_Call_Status: 'Completed' }),
    },
  };
}

/** Zoho's e-mails are those it sent itself: one sent elsewhere is a task that is done. */
function mailOf({ touchId, subject, description, on, ownerId, defaults }: CrmTouch, about: About): NewActivity {
  return {
    key: touchId,
    module: 'Tasks',
    subject,
    text: description,
    about,
    ownerId,
    values: { Due_Date: on, Status: 'Completed', Priority: 'Normal' },
    defaults,
  };
}
