import { type Fields, isFields } from '../blocks/check.ts';
import { interactive } from '../blocks/walk.ts';
import type { Delivered, Outbox } from '../deliver.ts';
import { closeView, openView, readView, redraw } from '../modals.ts';
import type { View } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { type Acted, acted } from './answer.ts';
import { findShownView } from './click.ts';
import { fillIn, mustBeWhole } from './fill-in.ts';
import { type Actor, suggestion, viewClosed, viewSubmission } from './payloads.ts';
import { Impossible } from './state.ts';

export interface Submitted {
  view_id?: string | undefined;
  values: Fields;
  twice?: 'pressed' | 'delivered' | undefined;
}

/** Fills a modal in and submits it, then does what the app answers: close, errors, update, push or clear. */
export async function submit(actor: Actor, outbox: Outbox, input: Submitted): Promise<Acted> {
  const view = findShownView(actor, input.view_id, false);
  fillIn(actor, view, input.values);
  mustBeWhole(view);
  const { first, second } = await sendOff(actor, outbox, view, input.twice);
  const answer: Acted = { ...first, ...(second && { again: second }) };
  if (answer.status !== 200) return { ...answer, error: answer.error ?? `HTTP ${answer.status}`, outcome: 'trouble' };
  try {
    return { ...answer, outcome: takeAnswer(actor, view, answer.body) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      ...answer,
      error: `Slack would not take this answer: ${error.code} ${JSON.stringify(error.extra)}`,
      outcome: 'trouble',
    };
  }
}

/** Slack's client acts on the first answer; a second one finds the view gone or changed. */
async function sendOff(
  actor: Actor,
  outbox: Outbox,
  view: View,
  twice: Submitted['twice'],
): Promise<{ first: Acted; second?: Acted }> {
  const payload = viewSubmission(actor, view);
  const send = async (given: Fields) => acted(await outbox.interaction(given));
  // Each press has a trigger of its own.
  const again = twice === 'pressed' ? send(viewSubmission(actor, view)) : undefined;
  const first = await send(payload);
  if (!twice) return { first };
  return { first, second: await (again ?? send(payload)) };
}

function takeAnswer({ world, workspace }: Actor, view: View, body: unknown): string {
  if (body === '' || (isFields(body) && body.response_action === undefined)) {
    closeView(workspace, view, false);
    return 'closed';
  }
  const action = isFields(body) ? body.response_action : undefined;
  if (!isFields(body) || typeof action !== 'string') throw new Refusal('invalid_response');
  if (action === 'errors') return showErrors(view, body.errors);
  if (action === 'clear') {
    closeView(workspace, view, true);
    return 'cleared';
  }
  if (action === 'update') redraw(world, workspace, view, readView(body.view, 'modal'));
  else if (action === 'push') openView(world, workspace, view.user, readView(body.view, 'modal'), false);
  else throw new Refusal('invalid_response_action', { got: action });
  return action === 'update' ? 'updated' : 'pushed';
}

/** Errors stand under input blocks; Slack refuses those for a block the view does not have. */
function showErrors(view: View, errors: unknown): string {
  const inputs = view.content.blocks.filter(block => block.type === 'input').map(block => String(block.block_id));
  if (!isFields(errors) || Object.keys(errors).length === 0) throw new Refusal('invalid_errors');
  const strange = Object.keys(errors).filter(block => !inputs.includes(block));
  if (strange.length > 0) throw new Refusal('invalid_errors', { no_such_input_block: strange, there_are: inputs });
  return 'errors';
}

/** Closes the modal on top; the app hears of it only when it asked to. */
export async function close(actor: Actor, outbox: Outbox, input: { view_id?: string | undefined }): Promise<Delivered> {
  const view = findShownView(actor, input.view_id, false);
  closeView(actor.workspace, view, view.content.clear_on_close === true);
  if (view.content.notify_on_close !== true) {
    return { status: null, body: '', ms: 0, attempts: 0, headers: new Headers() };
  }
  return outbox.interaction(viewClosed(actor, view, view.content.clear_on_close === true));
}

/** Types into an external select and answers with the options the app offers. */
export async function suggest(
  actor: Actor,
  outbox: Outbox,
  input: { view_id?: string | undefined; action_id: string; value: string },
): Promise<Delivered> {
  const view = findShownView(actor, input.view_id, true);
  const hit = interactive(view.content.blocks).find(({ element }) => element.action_id === input.action_id);
  if (!hit || !String(hit.element.type).endsWith('external_select')) {
    throw new Impossible(`no external select ${input.action_id} in the view`);
  }
  return outbox.interaction(suggestion(actor, view, String(hit.block.block_id), input.action_id, input.value));
}
