import { type Fields, isFields } from '../blocks/check.ts';
import { optionsOf } from '../blocks/objects.ts';
import { type Interactive, interactive } from '../blocks/walk.ts';
import type { Delivered, Outbox } from '../deliver.ts';
import type { Channel, Message, View } from '../model.ts';
import { findChannel, findUser, openIm } from '../places.ts';
import { fillIn } from './fill-in.ts';
import { type Actor, messageAction, viewAction } from './payloads.ts';
import { Impossible, stateAfter } from './state.ts';

export interface Click {
  channel?: string | undefined;
  ts?: string | undefined;
  view_id?: string | undefined;
  action_id: string;
  block_id?: string | undefined;
  value?: unknown;
  /** Fields of the modal that are filled in before. */
  values?: Fields | undefined;
  /** A double click. */
  twice?: boolean | undefined;
}

/** Presses a button or picks from a menu: in a message, in an open modal or on the home tab. */
export async function click(actor: Actor, outbox: Outbox, input: Click): Promise<Delivered> {
  if (input.ts !== undefined) {
    const { channel, message } = findClicked(actor, input.channel, input.ts);
    const blocks = [...(message.blocks ?? []), ...(message.attachments ?? []).flatMap(blocksOf)];
    const action = actionOf(actor, find(blocks, input, `the message ${message.ts}`), input.value);
    const press = () => outbox.interaction(messageAction(actor, channel, message, action));
    // Both presses are of the message as it is now, each with a trigger of its own.
    const [first] = await Promise.all(input.twice ? [press(), press()] : [press()]);
    return first;
  }
  const view = findShownView(actor, input.view_id, true);
  if (input.values) fillIn(actor, view, input.values);
  const hit = find(view.content.blocks, input, `the ${String(view.content.type)} of ${actor.user.realName}`);
  const action = actionOf(actor, hit, input.value);
  keepState(view, hit, action);
  return outbox.interaction(viewAction(actor, view, action));
}

function blocksOf(attachment: Fields): Fields[] {
  return Array.isArray(attachment.blocks) ? attachment.blocks.filter(isFields) : [];
}

/** The message a person has before them. Without a channel it is looked for in their DM. */
export function findClicked(
  { workspace, user }: Actor,
  ref: string | undefined,
  ts: string,
): { channel: Channel; message: Message } {
  const channel = ref === undefined ? openIm(workspace, user) : findChannel(workspace, ref);
  if (!channel) throw new Impossible(`no channel ${ref}`);
  if (channel.kind !== 'public' && !channel.members.has(user.id)) {
    throw new Impossible(`${user.realName} cannot see ${channel.id}`);
  }
  const message = channel.messages.get(ts);
  if (!message || (message.ephemeralFor !== undefined && message.ephemeralFor !== user.id)) {
    throw new Impossible(`${user.realName} sees no message ${ts} in ${channel.name || channel.id}`);
  }
  return { channel, message };
}

/** The view a person looks at: the named one if it is on top, else the top modal, else (for clicks) the home tab. */
export function findShownView({ workspace, user }: Actor, id: string | undefined, homeToo: boolean): View {
  const top = workspace.stacks.get(user.id)?.at(-1);
  const home = workspace.homes.get(user.id);
  const shown = [top, homeToo ? home : undefined].find(view => view && (id === undefined || view.id === id));
  if (shown) return shown;
  const open = top ? `the modal on top is ${top.id}` : 'no modal is open';
  throw new Impossible(id === undefined ? `${user.realName}: ${open}` : `${user.realName} does not see ${id}: ${open}`);
}

function find(blocks: Fields[], input: Click, where: string): Interactive {
  const all = interactive(blocks);
  const fitting = all.filter(
    ({ block, element }) =>
      element.action_id === input.action_id && (input.block_id === undefined || block.block_id === input.block_id),
  );
  const wanted = fitting.find(({ element }) => element.type === 'button' && element.value === input.value);
  // A list may have a menu a line, all with the same action: the one that offers what was chosen.
  const offering = fitting.find(({ element }) => optionsOf(element).some(one => one.value === input.value));
  const hit = wanted ?? offering ?? fitting[0];
  if (!hit) {
    const there = all.map(({ element }) => String(element.action_id)).join(', ') || 'nothing to press';
    throw new Impossible(`no action ${input.action_id} on ${where}; there is: ${there}`);
  }
  if (hit.element.type === 'button' && input.value !== undefined && !wanted) {
    throw new Impossible(
      `button ${input.action_id} has the value ${String(hit.element.value)}: a person cannot change it`,
    );
  }
  return hit;
}

function actionOf({ workspace }: Actor, { block, element }: Interactive, value: unknown): Fields {
  const named = { action_id: element.action_id, block_id: block.block_id };
  if (element.type === 'button' || element.type === 'workflow_button' || element.type === 'icon_button') {
    const given = element.value === undefined ? {} : { value: element.value };
    return { ...named, type: element.type, text: element.text, ...given };
  }
  if (element.type === 'feedback_buttons') {
    const chosen = [element.positive_button, element.negative_button].filter(isFields).find(one => one.value === value);
    if (!chosen) throw new Impossible(`no feedback ${String(value)}`);
    return { ...named, type: element.type, text: chosen.text, value: chosen.value };
  }
  return { ...named, ...stateAfter(element, value, ref => findUser(workspace, ref)?.id) };
}

/** A modal remembers what was picked in it. */
function keepState(view: View, { block, element }: Interactive, action: Fields): void {
  const { action_id: id, block_id: _block, ...state } = action;
  const blockId = String(block.block_id);
  if (view.values[blockId]?.[String(id)] === undefined || element.type === 'button') return;
  view.values[blockId] = { ...view.values[blockId], [String(id)]: state };
}
