import { type Fields, isFields } from './blocks/check.ts';
import { problemsInView } from './blocks/surface.ts';
import { interactive, withIds } from './blocks/walk.ts';
import type { View, Workspace } from './model.ts';
import { initialState } from './people/state.ts';
import { Refusal, refusal } from './refusal.ts';
import { nextId, nextSecret, nextTs, type Trigger, type World } from './world.ts';

const VIEW_BYTES = 250_000;
const DEEPEST = 3;
const TRIGGER_LIVES = 3_000;

/** A fresh trigger id for what this person just did. */
export function issueTrigger(world: World, workspace: Workspace, user: string, view?: string): string {
  // Used and dead ones are forgotten now and then, so a long run does not pile them up.
  if (world.triggers.size > 5_000) world.triggers.clear();
  const id = `${nextId(world, '')}.${workspace.id}.${nextSecret(world)}`;
  const issued = world.context.clock.now();
  world.triggers.set(id, { user, team: workspace.id, issued, used: false, ...(view === undefined ? {} : { view }) });
  return id;
}

/** Spends a trigger: once, and within three seconds. */
export function exchangeTrigger(world: World, workspace: Workspace, id: string | undefined): Trigger {
  const trigger = id === undefined ? undefined : world.triggers.get(id);
  if (trigger?.team !== workspace.id) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (world.context.clock.now().getTime() - trigger.issued.getTime() > TRIGGER_LIVES) {
    throw new Refusal('expired_trigger_id');
  }
  trigger.used = true;
  return trigger;
}

/** Checks what the app gave as a view. */
export function readView(content: unknown, surface: 'modal' | 'home'): Fields & { blocks: Fields[] } {
  const problems = problemsInView(content, surface);
  if (problems.length > 0 || !isFields(content)) throw refusal('invalid_arguments', problems);
  if (JSON.stringify(content).length > VIEW_BYTES) throw new Refusal('view_too_large');
  return { ...content, blocks: Array.isArray(content.blocks) ? content.blocks.filter(isFields) : [] };
}

/** Puts a view on top of a person's stack; `fresh` closes what was open before. */
export function openView(
  world: World,
  workspace: Workspace,
  user: string,
  content: Fields & { blocks: Fields[] },
  fresh: boolean,
): View {
  freeExternalId(workspace, content.external_id, undefined);
  const stack = fresh ? [] : (workspace.stacks.get(user) ?? []);
  if (stack.length >= DEEPEST) throw new Refusal('push_limit_reached');
  const previous = stack.at(-1);
  const id = nextId(world, 'V');
  const view = draw(world, { id, user, rootId: previous?.rootId ?? id, previousId: previous?.id ?? null }, content, {});
  workspace.stacks.set(user, [...stack, view]);
  return view;
}

/** Draws a view anew in place: what was filled in stays where block and action keep their ids. */
export function redraw(world: World, workspace: Workspace, view: View, content: Fields & { blocks: Fields[] }): void {
  freeExternalId(workspace, content.external_id, view);
  Object.assign(view, draw(world, view, content, view.values));
}

/** Draws a person's home tab. */
export function drawHome(
  world: World,
  workspace: Workspace,
  user: string,
  content: Fields & { blocks: Fields[] },
): View {
  const id = workspace.homes.get(user)?.id ?? nextId(world, 'V');
  const view = draw(world, { id, user, rootId: id, previousId: null }, content, {});
  workspace.homes.set(user, view);
  return view;
}

function draw(
  world: World,
  identity: Pick<View, 'id' | 'user' | 'rootId' | 'previousId'>,
  content: Fields & { blocks: Fields[] },
  before: View['values'],
): View {
  const blocks = withIds(content.blocks, () => nextSecret(world).slice(0, 5));
  const values: View['values'] = {};
  for (const { block, element } of interactive(blocks)) {
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)];
    const state = before[blockId]?.[actionId] ?? initialState(element);
    if (state) values[blockId] = { ...values[blockId], [actionId]: state };
  }
  const { id, user, rootId, previousId } = identity;
  const hash = `${nextTs(world).split('.')[0]}.${nextSecret(world).slice(-8)}`;
  return { id, user, rootId, previousId, hash, content: { ...content, blocks }, values };
}

/** Any open modal or home of the workspace that fits. */
export function findView(workspace: Workspace, fits: (view: View) => boolean): View | undefined {
  return [...workspace.stacks.values()].flat().find(fits) ?? [...workspace.homes.values()].find(fits);
}

/** Takes the top view away, or the whole stack. */
export function closeView(workspace: Workspace, view: View, all: boolean): void {
  const stack = workspace.stacks.get(view.user) ?? [];
  const rest = all ? [] : stack.slice(0, stack.indexOf(view));
  if (rest.length === 0) workspace.stacks.delete(view.user);
  else workspace.stacks.set(view.user, rest);
}

function freeExternalId(workspace: Workspace, externalId: unknown, except: View | undefined): void {
  if (typeof externalId !== 'string' || externalId === '') return;
  const taken = findView(workspace, view => view !== except && view.content.external_id === externalId);
  if (taken) throw new Refusal('duplicate_external_id');
}
