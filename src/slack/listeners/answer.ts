/** What a person hears after a press or a submit: never nothing. */
import type { ModalView } from '@slack/types';
import type { Refusal } from '../../handoff/commands.ts';
import { toError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { noticeModal } from '../blocks/modals/notice.ts';
import { onlyYou, words } from '../blocks/notices.ts';
import { refusalText } from '../blocks/refusals.ts';
import { ALERT_ACTIONS } from '../blocks/sla/alert.ts';
import type { SlackDeps } from '../deps.ts';
import { plain } from '../escape.ts';
import { type Origin, openModal, originOf, writtenIn } from '../forms.ts';
import type { Pick, Press, Submission } from './types.ts';

/** What a field of a modal can say beside it. */
const FIELD_ERROR = 300;

/** Where a press came from, for the modal it opens. A message only one person sees, or an alert, is no card to redraw. */
export function originOfPress({ body, action }: Press | Pick, handoffId: string): Origin {
  const { container, view } = body;
  if (action.block_id === ALERT_ACTIONS) return { handoffId };
  if (view?.type === 'home') return { handoffId, home: view.private_metadata };
  if (container?.type !== 'message' || container.is_ephemeral) return { handoffId };
  return { handoffId, channel: container.channel_id, ts: container.message_ts };
}

/** Words for whoever pressed a button: beside it in a message, in a modal where there is no message. */
export async function answerPress(press: Press | Pick, text: string): Promise<void> {
  if (press.body.response_url) await press.respond(onlyYou(text));
  else await openModal(press.client, press.body.trigger_id, noticeModal('Baton', text));
}

interface Confirmation {
  title: string;
  text: string;
  cardChanges?: boolean;
  /** By what it is taken back. */
  undo?: string | undefined;
  /** It was done and told before: the modal closes as it did then. */
  repeated?: boolean | undefined;
}

/**
 * Done: in a channel the person alone is told, in a DM the card itself has changed (when `cardChanges`), and
 * where there is no card the modal says it.
 */
export async function confirm(
  submission: Submission,
  { log }: SlackDeps,
  { title, text, undo, cardChanges = true, repeated = false }: Confirmation,
): Promise<void> {
  const { client, body, view } = submission;
  const { channel, ts } = originOf(view);
  if (!channel || !ts) return updateTo(submission, noticeModal(title, text, [], undo));
  await submission.ack();
  const direct = channel.startsWith('D');
  if (repeated || (direct && cardChanges)) return;
  const user = body.user.id;
  try {
    await client.chat.postEphemeral({ channel, user, ...words(text, undo) });
  } catch (error) {
    // Done is done, and they shall hear it: Baton may have been removed from that channel since.
    log.warn({ err: toError(error), channel }, 'a confirmation went to the DM instead');
    await sayDone(submission, { title, text }, log);
  }
}

/** In the DM, else in a modal. Never as something that failed: it would be done a second time. */
async function sayDone({ client, body }: Submission, { title, text }: Confirmation, log: Logger): Promise<void> {
  try {
    await client.chat.postMessage({ channel: body.user.id, ...words(text) });
  } catch (error) {
    log.warn({ err: toError(error) }, 'a confirmation goes into a modal instead');
    await openModal(client, body.trigger_id, noticeModal(title, text)).catch((late: unknown) =>
      log.error({ err: toError(late) }, 'a deed is done, and the person could not be told'),
    );
  }
}

/** Not done: beside the field that is at fault, else the modal says what happened since. */
export async function refuse(
  submission: Submission,
  { clock }: SlackDeps,
  refusal: Refusal,
  fields: Record<string, string> = {},
): Promise<void> {
  if (refusal.kind === 'unfit') {
    const field = fieldOf(submission, fields[refusal.field] ?? refusal.field);
    if (field) return errors(submission, { [field]: refusal.why });
  }
  const written = writtenIn(submission.view);
  await updateTo(submission, noticeModal('Not done', refusalText(refusal, clock.now()), written));
}

/** What was filled in cannot be taken: input's name → why. */
export async function errors(submission: Submission, found: Record<string, string>): Promise<void> {
  const shown = Object.entries(found).map(([field, why]) => [field, plain(why, FIELD_ERROR)]);
  await submission.ack({ response_action: 'errors', errors: Object.fromEntries(shown) });
}

/** What took longer than a modal waits: told in the modal when it is done, else as any deed whose modal is gone. */
export async function updateLater(
  submission: Submission,
  { log }: SlackDeps,
  { title, text }: Confirmation,
): Promise<void> {
  const { client, view } = submission;
  try {
    await client.views.update({ view_id: view.id, view: noticeModal(title, text) });
  } catch (error) {
    log.warn({ err: toError(error) }, 'what became of a modal is told in the DM instead');
    await sayDone(submission, { title, text }, log);
  }
}

/** The modal becomes another. */
export async function updateTo({ ack }: Submission, view: ModalView): Promise<void> {
  await ack({ response_action: 'update', view });
}

function fieldOf({ view }: Submission, name: string): string | undefined {
  return view.blocks.some(block => block.type === 'input' && block.block_id === name) ? name : undefined;
}
