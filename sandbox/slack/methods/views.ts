import type { Fields } from '../blocks/check.ts';
import { type Method, needed, objectArg, textArg } from '../method.ts';
import { drawHome, exchangeTrigger, findView, openView, readView, redraw } from '../modals.ts';
import type { View } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { showView } from '../show.ts';

const open: Method = {
  json: true,
  required: ['view', 'trigger_id'],
  run({ world, workspace, args }) {
    const content = readView(viewArg(args), 'modal');
    const trigger = exchangeTrigger(world, workspace, textArg(args, 'trigger_id'));
    return { view: showView(workspace, openView(world, workspace, trigger.user, content, true)) };
  },
};

const push: Method = {
  json: true,
  required: ['view', 'trigger_id'],
  run({ world, workspace, args }) {
    const content = readView(viewArg(args), 'modal');
    const trigger = exchangeTrigger(world, workspace, textArg(args, 'trigger_id'));
    // Only something done inside an open modal may put another on top.
    if (trigger.view === undefined || !workspace.stacks.get(trigger.user)?.length) throw new Refusal('not_found');
    return { view: showView(workspace, openView(world, workspace, trigger.user, content, false)) };
  },
};

const update: Method = {
  json: true,
  required: ['view'],
  run({ world, workspace, args }) {
    const [id, externalId] = [textArg(args, 'view_id'), textArg(args, 'external_id')];
    const view = findView(workspace, one =>
      id === undefined ? one.content.external_id === externalId : one.id === id,
    );
    if (!view || (id === undefined && !externalId)) throw new Refusal('not_found');
    const content = readView(viewArg(args), view.content.type === 'home' ? 'home' : 'modal');
    sameHash(view, args);
    redraw(world, workspace, view, content);
    return { view: showView(workspace, view) };
  },
};

const publish: Method = {
  json: true,
  required: ['view', 'user_id'],
  run({ world, workspace, args }) {
    const user = needed(args, 'user_id');
    if (!workspace.users.has(user)) throw new Refusal('user_not_found');
    const content = readView(viewArg(args), 'home');
    const before = workspace.homes.get(user);
    if (before) sameHash(before, args);
    return { view: showView(workspace, drawHome(world, workspace, user, content)) };
  },
};

function viewArg(args: Fields): Fields | undefined {
  return objectArg(args, 'view', 'invalid_arguments');
}

/** A caller that names a hash means "only if nobody drew it since". */
function sameHash(view: View, args: Fields): void {
  const hash = textArg(args, 'hash');
  if (hash && hash !== view.hash) throw new Refusal('hash_conflict');
}

export const viewMethods: Record<string, Method> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
