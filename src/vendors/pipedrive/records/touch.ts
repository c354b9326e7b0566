/** What a rep did, as an activity of theirs that is done. */
import type { CrmLogged, CrmTouch } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { CredentialsRejected, Rejected, toError } from '../../../lib/errors.ts';
import type { Client } from '../api/client.ts';
import type { Company } from '../api/company.ts';
import { numberIn } from '../api/ids.ts';
import { type About, makeActivity, type NewActivity } from './activity.ts';
import { convertedFrom, leadNow } from './successor.ts';

/** The client of somebody who logged in themselves; undefined: they did not, or were refused since. */
export type ClientOf = (email: string) => Promise<Client | undefined>;

/** One call, one more for the next step; the first of somebody's own log-in renews its token now and then. */
export function toucher(company: Company, ownClient?: ClientOf): (touch: CrmTouch) => Promise<CrmLogged> {
  return async touch => {
    const own = touch.writeAs && (await ownClient?.(touch.writeAs));
    if (!own) return logged(company, touch);
    try {
      return { ...(await logged({ ...company, client: own }, touch)), own: { kind: 'used' } };
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
  try {
    return await loggedOn(company, touch, aboutOf(company, touch));
  } catch (error) {
    if (!(error instanceof Rejected) || touch.record.kind !== 'lead') throw error;
    const moved = await movedFrom(company, touch.record);
    if (!moved) throw error;
    return { ...(await loggedOn(company, touch, moved.about)), record: moved.record };
  }
}

function aboutOf({ personOfLead }: Company, { record, dealId }: CrmTouch): About {
  const deal = dealId === undefined ? undefined : numberIn('deal', dealId);
  if (record.kind === 'contact') return { deal, person: numberIn('contact', record.id) };
  return { lead: record.id, person: personOfLead.get(record.id) };
}

/** A lead that was converted: what is done about it is done about the deal. Undefined: it is there. */
async function movedFrom(
  company: Company,
  { id }: CrmPerson,
): Promise<{ about: About; record: CrmPerson } | undefined> {
  if (await leadNow(company, id)) return undefined;
  const converted = await convertedFrom(company, id);
  if (!converted) return undefined;
  const about = { deal: numberIn('deal', converted.deal), person: converted.personNumber };
  return { about, record: converted.person };
}

async function loggedOn(company: Company, touch: CrmTouch, about: About): Promise<CrmLogged> {
  const { touchId, nextStep } = touch;
  const { id } = await makeActivity(company, doneActivity(touch, about));
  if (!nextStep) return { id, warnings: [] };
  const next: NewActivity = {
    key: `${touchId}:next`,
    type: 'task',
    subject: nextStep.subject,
    text: '',
    about,
    ownerId: touch.ownerId,
    done: false,
    dueOn: nextStep.dueOn,
    defaults: touch.defaults,
  };
  try {
    await makeActivity(company, next);
    return { id, warnings: [] };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { id, warnings: [`The next step could not be made: ${failureReason(error)}.`] };
  }
}

function doneActivity({ touchId, kind, subject, description, at, ownerId, call, defaults }: CrmTouch, about: About) {
  const moment = new Date(at).toISOString();
  const said = call && `${call.outcome} (${call.direction})`;
  return {
    key: touchId,
    type: kind,
    subject,
    text: [said, description].filter(Boolean).join('\n'),
    about,
    ownerId,
    done: true,
    dueOn: moment.slice(0, 10),
    dueAt: moment.slice(11, 16),
    seconds: call?.seconds,
    defaults,
  } satisfies NewActivity;
}
