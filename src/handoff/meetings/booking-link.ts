/** Where a lead chooses a time with the rep who has them. */
import { personOf } from '../../config/playbook/people.ts';
import { handoffById } from '../../db/handoffs/handoffs.ts';
import { displayName } from '../../domain/lead.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { SECOND } from '../../lib/clock.ts';
import { Failure } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';

export interface BookingLink {
  /** Whose page it is. */
  repEmail: string;
  url: string;
}

/** The mail has a minute altogether; without a link of its own it carries the page's. */
const PATIENCE = 5 * SECOND;

/**
 * A link that can be booked once, where the rep's page is of a scheduler that is connected; else, or when it does not answer
 * in time, the page itself. Undefined: nobody has the lead, or they have no page. One round trip and the calls of one link; a
 * link that is not used costs nothing. Not inside a transaction.
 */
export async function bookingLinkFor(
  deps: Deps,
  { workspaceId, handoffId }: HandoffRef,
): Promise<BookingLink | undefined> {
  const [handoff, { playbook }, { schedulers }] = await Promise.all([
    handoffById<Facts>(deps.db, workspaceId, handoffId),
    deps.playbook(workspaceId),
    deps.vendors(workspaceId),
  ]);
  const rep = personOf(playbook, handoff?.repEmail);
  const page = rep?.scheduling_url;
  if (!handoff || !rep || !page) return undefined;
  const { contact } = handoff.facts;
  const invitee = { handoffId, name: displayName(contact), email: contact.email ?? '' };
  for (const scheduler of Object.values(schedulers)) {
    const url = await inTime(scheduler?.link(page, invitee)).catch(error => {
      if (!(error instanceof Failure)) throw error;
      deps.log.warn({ err: error, workspaceId, vendor: scheduler?.name }, 'a booking link could not be made');
      return undefined;
    });
    if (url) return { repEmail: rep.email, url };
  }
  return { repEmail: rep.email, url: page };
}

async function inTime(link: Promise<string | undefined> | undefined): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, PATIENCE, undefined);
  });
  try {
    return await Promise.race([link, late]);
  } finally {
    clearTimeout(timer);
  }
}
