/** What a rep did, as a call or e-mail of theirs. */
import type { CrmLogged, CrmTouch } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import { DISPOSITIONS, html } from '../api/values.ts';
import { idOf, numberIn } from '../portal/ids.ts';
import type { Portal } from '../portal/portal.ts';
import { type About, makeActivity, type NewActivity, taskProperties } from './activity.ts';
import { contactId } from './contact.ts';
import { contactOfLead, leadNow } from './lead.ts';
import { long, short } from './values.ts';

/** One call, one more for the next step; one more for a lead that was not met lately. */
export function toucher(portal: Portal): (touch: CrmTouch) => Promise<CrmLogged> {
  return async touch => {
    const about = await aboutOf(portal, touch);
    try {
      return await loggedOn(portal, touch, about);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const moved = await movedFrom(portal, touch);
      if (!moved) throw error;
      return { ...(await loggedOn(portal, touch, moved.about)), record: moved.record };
    }
  };
}

async function aboutOf(portal: Portal, { record, dealId }: CrmTouch): Promise<About> {
  const deals = dealId === undefined ? undefined : numberIn('deals', dealId);
  if (record.kind === 'contact') return { contacts: numberIn('contacts', record.id), deals };
  return { leads: numberIn('leads', record.id), contacts: await contactOfLead(portal, record.id) };
}

/** The contact was merged, or the lead deleted: it is logged where the person is kept now. Undefined: nothing moved. */
async function movedFrom(
  portal: Portal,
  { record, dealId }: CrmTouch,
): Promise<{ about: About; record: CrmPerson } | undefined> {
  const deals = dealId === undefined ? undefined : numberIn('deals', dealId);
  const known = numberIn(record.kind === 'lead' ? 'leads' : 'contacts', record.id) ?? '';
  if (record.kind === 'lead') {
    const contact = portal.contactOfLead.get(known);
    if (!contact || (await leadNow(portal, known))) return undefined;
    return { about: { contacts: contact, deals }, record: { kind: 'contact', id: contactId(contact) } };
  }
  const now = await portal.records.read('contacts', known, { properties: [] });
  if (!now || now.id === known) return undefined;
  return { about: { contacts: now.id, deals }, record: { kind: 'contact', id: contactId(now.id) } };
}

async function loggedOn(portal: Portal, touch: CrmTouch, about: About): Promise<CrmLogged> {
  const { touchId, nextStep, ownerId, defaults } = touch;
  const done = await makeActivity(portal, { ...doneActivity(touch), key: touchId, about, ownerId });
  const logged = { id: idOf(touch.kind === 'call' ? 'calls' : 'emails', done.number), warnings: done.warnings };
  if (!nextStep) return logged;
  try {
    const { warnings } = await makeActivity(portal, {
      type: 'tasks',
      key: `${touchId}:next`,
      properties: taskProperties({ subject: nextStep.subject, text: '', dueOn: nextStep.dueOn }),
      about,
      ownerId,
      defaults,
    });
    return { ...logged, warnings: [...logged.warnings, ...warnings] };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { ...logged, warnings: [...logged.warnings, `The next step could not be made: ${failureReason(error)}.`] };
  }
}

function doneActivity({ kind, subject, description, at, call }: CrmTouch): Pick<NewActivity, 'type' | 'properties'> {
  const hs_timestamp = new Date(at).toISOString();
  if (kind === 'email') {
    const properties = {
      hs_timestamp,
      hs_email_subject: short(subject),
      hs_email_text: long(description),
      hs_email_direction: 'EMAIL',
      hs_email_status: 'SENT',
    };
    return { type: 'emails', properties };
  }
  const disposition = call && DISPOSITIONS[call.outcome.trim().toLowerCase().replace(/\W+/g, '_')];
  return {
    type: 'calls',
    properties: {
      hs_timestamp,
      hs_call_title: short(subject),
      hs_call_body: html(long([call?.outcome, description].filter(Boolean).join('\n'))),
      hs_call_status: 'COMPLETED',
      ...(call && { hs_call_direction: call.direction.toUpperCase() }),
      ...(call?.seconds !== undefined && { hs_call_duration: String(call.seconds * 1_000) }),
      ...(disposition && { hs_call_disposition: disposition }),
    },
  };
}
