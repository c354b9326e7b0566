/** What a person fills into the fields of a modal. */
import { type Fields, isFields } from '../blocks/check.ts';
import { type Interactive, interactive } from '../blocks/walk.ts';
import type { View } from '../model.ts';
import { findUser } from '../places.ts';
import { pickFiles } from './file.ts';
import type { Actor } from './payloads.ts';
import { Impossible, initialState, isEmpty, stateAfter } from './state.ts';

/** Values by block id, by action id, or both nested; what is left out keeps its first value. */
export function fillIn(actor: Actor, view: View, values: Fields): void {
  const { workspace } = actor;
  const unused = new Set(Object.keys(values));
  const resolve = (ref: string) => findUser(workspace, ref)?.id;
  for (const one of interactive(view.content.blocks)) {
    const [blockId, actionId] = [String(one.block.block_id), String(one.element.action_id)];
    const given = valueFor(values, blockId, actionId, unused);
    if (given !== undefined) {
      const state = blame(one, () =>
        one.element.type === 'file_input'
          ? pickFiles(actor, one.element, given)
          : stateAfter(one.element, given, resolve),
      );
      view.values[blockId] = { ...view.values[blockId], [actionId]: state };
    }
  }
  if (unused.size > 0) {
    const there = interactive(view.content.blocks).map(
      one => `${String(one.block.block_id)}/${String(one.element.action_id)}`,
    );
    throw new Impossible(`no field ${[...unused].join(', ')} in the view; there is: ${there.join(', ')}`);
  }
}

/** A form cannot be sent off while a field that is required is empty. */
export function mustBeWhole(view: View): void {
  for (const { block, element } of interactive(view.content.blocks)) {
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
    const required = block.type === 'input' && block.optional !== true && initialState(element);
    if (required && isEmpty(view.values[blockId]?.[actionId])) {
      throw new Impossible(`the form cannot be submitted: ${blockId}/${actionId} is required`);
    }
  }
}

function valueFor(values: Fields, blockId: string, actionId: string, unused: Set<string>): unknown {
  const ofBlock = values[blockId];
  if (isFields(ofBlock) && actionId in ofBlock) {
    unused.delete(blockId);
    return ofBlock[actionId];
  }
  const key = [blockId, actionId].find(one => values[one] !== undefined);
  if (key === undefined) return undefined;
  unused.delete(key);
  return values[key];
}

function blame<T>(one: Interactive, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    throw new Impossible(`${String(one.block.block_id)}/${String(one.element.action_id)}: ${error.message}`);
  }
}
