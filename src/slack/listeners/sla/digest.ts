/** The buttons of several alarms in one message. */

import { SECTION } from '../../blocks/block-parts.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { strangerText } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { alertListModal } from '../../blocks/sla/alert-digest.ts';
import { digestReassignModal, waitedLines } from '../../blocks/sla/digest-form.ts';
import type { SlackDeps } from '../../deps.ts';
import { clipLines } from '../../escape.ts';
import { idIn, openModal } from '../../forms.ts';
import { answerPress } from '../answer.ts';
import { askerOf } from '../opening.ts';
import { type Press, requesterOf } from '../types.ts';

const TITLE = 'Leads without contact';

/** The alarms that still hold, for whoever presses. */
async function liveOf(press: Press, deps: SlackDeps) {
  const by = requesterOf(press);
  const digest = await deps.openAlertDigest(by.workspaceId, idIn(press.action.value));
  return { by, digest, live: digest?.lines.filter(line => !line.ended) ?? [] };
}

/** Reassign…: all that still wait are chosen, to be left out or moved. */
export async function reassignDigest(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { by, live } = await liveOf(press, deps);
  const [asker, absences] = await Promise.all([askerOf(deps, by), deps.queries.absences(by.workspaceId)]);
  const view = !asker
    ? noticeModal(TITLE, strangerText())
    : live.length === 0
      ? noticeModal(TITLE, 'None of these leads waits any more.')
      : digestReassignModal({ ...asker, absences, lines: live });
  await openModal(press.client, press.body.trigger_id, view);
}

/** Wait 30 min, for each of them: what cannot be given more time is said. */
export async function waitDigest(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { by, live } = await liveOf(press, deps);
  const stayed: { lead: string; why: string }[] = [];
  for (const { handoffId, name } of live) {
    const outcome = await deps.actions.moreTime({ ...by, handoffId });
    if (outcome.kind !== 'done') stayed.push({ lead: name, why: refusalText(outcome, deps.clock.now()) });
  }
  await answerPress(press, clipLines(waitedLines(live.length - stayed.length, stayed), SECTION));
}

/** Show all: each with a View. */
export async function showDigest(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { digest } = await liveOf(press, deps);
  const view = digest ? alertListModal(digest) : noticeModal(TITLE, 'Baton does not know these leads any more.');
  await openModal(press.client, press.body.trigger_id, view);
}
