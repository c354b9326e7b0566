/** Send first answer: whoever has the lead sends what Baton did not send by itself. */

import { mayBeSent, WITHHELD_WORDS } from '../../domain/first-answer.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { enqueue } from '../../jobs/queue.ts';
import { answerLead } from '../../jobs/requests.ts';
import { actAs } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { bookingLinkFor } from '../meetings/booking-link.ts';
import { inputOf, putIntoOutbox } from './answer-lead.ts';
import { whyNever } from './withhold.ts';

/** In the name of whoever has the lead. What nobody may overrule is told: customers, opt-outs, a rep who wrote already. */
export async function sendFirstAnswer(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  const link = await bookingLinkFor(deps, request);
  return actAs(deps, request, { from: OPEN_STATES }, async ({ trx, handoff }): Promise<Outcome<{ to: string }>> => {
    const { firstAnswer } = handoff.facts;
    if (!mayBeSent(firstAnswer)) return unfit('There is no first answer to send any more: see Details.');
    const input = await inputOf(deps, trx, handoff);
    const reason = input.playbook.reply.enabled ? whyNever(input) : 'off';
    if (reason) return unfit(`It was not sent: ${WITHHELD_WORDS[reason]}.`);
    if (!(await putIntoOutbox(deps, trx, input, link)))
      return unfit('Its template cannot be filled in for this lead: use Email.');
    await enqueue(trx, answerLead(handoff));
    return { kind: 'done', to: input.address };
  });
}

const unfit = (why: string) => ({ kind: 'unfit', field: 'to', why }) as const;
