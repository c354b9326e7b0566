import { type Response, Router } from 'express';
import { z } from 'zod';
import { read } from '../control.ts';
import type { Fields } from './blocks/check.ts';
import type { Outbox } from './deliver.ts';
import { installInput, installJourney, uninstallApp, uninstallInput } from './installing.ts';
import type { Channel, Enterprise, Message, Workspace } from './model.ts';
import { grantTeam } from './oauth-page.ts';
import { act, actInput } from './people/act.ts';
import { Impossible } from './people/state.ts';
import { findChannel, findUser, imId } from './places.ts';
import { newChannel, seedWorkspace } from './seed.ts';
import { publicMessages, repliesOf, showChannel, showMessage, showUser, showView } from './show.ts';
import { BOT_SCOPES, BOT_TOKEN, HOME_TEAM, nextId, type World } from './world.ts';

const name = z.string().min(1);
const team = name.default(HOME_TEAM);
const userInput = z.strictObject({
  team,
  id: name.optional(),
  email: z.email().optional(),
  name: name.optional(),
  real_name: name.optional(),
  tz: name.optional(),
  admin: z.boolean().optional(),
  deleted: z.boolean().optional(),
  guest: z.boolean().optional(),
});
/** People by id or address. */
const groupInput = z.strictObject({ team, name, users: z.array(z.string()) });
const channelInput = z.strictObject({
  team,
  id: name.optional(),
  name: name.optional(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  bot_is_member: z.boolean().optional(),
});
const limitsInput = z.strictObject({
  perChannelPerSecond: z.boolean().optional(),
  findDeactivatedByEmail: z.boolean().optional(),
  paidPlan: z.boolean().optional(),
  tokenRotation: z.boolean().optional(),
  signatureTime: z.enum(['wall', 'sandbox']).optional(),
});
const tokenInput = z.strictObject({
  token: name.default(BOT_TOKEN),
  scopes: z.array(z.string()).optional(),
  without: z.array(z.string()).optional(),
  state: z.enum(['live', 'revoked', 'inactive']).optional(),
});
const workspaceInput = z.strictObject({
  id: z.string().regex(/^T[A-Z0-9]+$/),
  name,
  domain: z.string().regex(/^[a-z0-9-]+$/),
  token: name.optional(),
  /** The organization it is in; made when it is new. */
  enterprise: z.strictObject({ id: z.string().regex(/^E[A-Z0-9]+$/), name }).optional(),
});
/** A page that draws Slack's client: "Open Slack" leads there. */
const clientInput = z.strictObject({ url: z.url() });
const grantInput = z.strictObject({
  team: name,
  access: z.boolean().default(true),
  /** False: the news of it is late, or lost. */
  tells_app: z.boolean().default(true),
});

/** Buttons to look into Slack, act as its people and change its ways. */
export function slackControl(world: () => World, outbox: Outbox): Router {
  const router = Router();

  router.get('/messages', (req, res) => {
    const workspace = theWorkspace(world(), req.query.team);
    res.json({ ok: true, messages: messagesOf(workspace, req.query.channel, req.query.user) });
  });
  router.get(
    '/state',
    (req, res) => void res.json({ ok: true, ...stateOf(world(), theWorkspace(world(), req.query.team)) }),
  );

  router.get('/views', (req, res) => void res.json(viewsOf(theWorkspace(world(), req.query.team), req.query.user)));

  router.post('/act', async (req, res) => {
    const input = read(actInput, req.body, res);
    if (input) res.json(await act(world(), outbox, input));
  });

  router.post('/users', (req, res) => {
    const input = read(userInput, req.body, res);
    if (input) res.json({ ok: true, user: changeUser(world(), input) });
  });
  router.post('/groups', (req, res) => {
    const input = read(groupInput, req.body, res);
    if (input) res.json({ ok: true, group: addGroup(world(), input) });
  });
  router.post('/channels', (req, res) => {
    const input = read(channelInput, req.body, res);
    if (input) res.json({ ok: true, channel: changeChannel(world(), input) });
  });
  router.post('/limits', (req, res) => {
    const input = read(limitsInput, req.body, res);
    if (input) res.json({ ok: true, limits: Object.assign(world().limits, input) });
  });
  router.post('/token', (req, res) => {
    const input = read(tokenInput, req.body, res);
    if (input) res.json({ ok: true, token: changeToken(world(), input) });
  });
  router.post('/client', (req, res) => {
    const input = read(clientInput, req.body, res);
    if (!input) return;
    world().clientUrl = input.url;
    res.json({ ok: true });
  });
  router.post('/workspaces', (req, res) => {
    const input = read(workspaceInput, req.body, res);
    if (input) res.json({ ok: true, workspace: addWorkspace(world(), input) });
  });

  router.post('/install', async (req, res) => {
    const input = read(installInput, req.body, res);
    if (input) res.json(await installJourney(world(), input));
  });
  router.post('/uninstall', async (req, res) => {
    const input = read(uninstallInput, req.body, res);
    if (input) res.json(await uninstallApp(world(), outbox, input));
  });
  router.post('/grant', async (req, res) => {
    const input = read(grantInput, req.body, res);
    if (!input) return;
    theWorkspace(world(), input.team);
    await grantTeam(world(), outbox, { team: input.team, access: input.access, tellsApp: input.tells_app });
    res.json({ ok: true });
  });

  // What a person or test asked for that cannot be: their mistake, told plainly.
  router.use((error: unknown, _req: unknown, res: Response, next: (error: unknown) => void) => {
    if (!(error instanceof Impossible)) return next(error);
    res.status(400).json({ ok: false, error: error.message });
  });
  return router;
}

function theWorkspace(world: World, id: unknown): Workspace {
  const workspace = world.workspaces.get(typeof id === 'string' ? id : HOME_TEAM);
  if (!workspace) throw new Impossible(`no workspace ${String(id)}`);
  return workspace;
}

/**
 * What a place shows, oldest first, replies under their first message. A channel: what everyone sees; with a user:
 * what that person sees there. A user alone: their DM with the app and everything only they were shown, anywhere.
 */
function messagesOf(workspace: Workspace, channelRef: unknown, userRef: unknown): Fields[] {
  if (channelRef === undefined && userRef === undefined) throw new Impossible('say which channel= or user=');
  const user = userRef === undefined ? undefined : findUser(workspace, String(userRef));
  if (userRef !== undefined && !user) throw new Impossible(`nobody called ${String(userRef)}`);
  const channel = channelRef === undefined ? undefined : findChannel(workspace, String(channelRef));
  if (channelRef !== undefined && !channel) throw new Impossible(`no channel ${String(channelRef)}`);
  const shown: [Channel, Message][] = [];
  for (const place of channel ? [channel] : workspace.channels.values()) {
    const own = channel !== undefined || (user !== undefined && place.id === imId(user));
    for (const message of place.messages.values()) {
      const visible = message.ephemeralFor === undefined ? own : message.ephemeralFor === user?.id;
      if (visible && onTop(message)) shown.push([place, message]);
    }
  }
  shown.sort(([, a], [, b]) => Number(a.ts) - Number(b.ts));
  return shown.map(([place, message]) => display(workspace, place, message));
}

/** What is open before a person: the modal on top, and their Home as it was last drawn. */
function viewsOf(workspace: Workspace, userRef: unknown): Fields {
  const user = findUser(workspace, String(userRef));
  if (!user) throw new Impossible(`nobody called ${String(userRef)}`);
  const modal = workspace.stacks.get(user.id)?.at(-1);
  const home = workspace.homes.get(user.id);
  return {
    modal: modal ? showView(workspace, modal) : null,
    home: home ? showView(workspace, home) : null,
  };
}

function onTop(message: Message): boolean {
  return message.threadTs === undefined || message.threadTs === message.ts || message.ephemeralFor !== undefined;
}

function display(workspace: Workspace, channel: Channel, message: Message): Fields {
  const ephemeral = message.ephemeralFor !== undefined;
  return {
    ...showMessage(workspace, message),
    channel: channel.id,
    ephemeral,
    ...(ephemeral ? { ephemeral_for: message.ephemeralFor } : {}),
    replies:
      message.threadTs === message.ts ? repliesOf(channel, message.ts).map(one => showMessage(workspace, one)) : [],
  };
}

function stateOf(world: World, workspace: Workspace): Fields {
  const views = [...workspace.stacks].map(([user, stack]) => [user, stack.map(view => showView(workspace, view))]);
  const homes = [...workspace.homes].map(([user, view]) => [user, showView(workspace, view)]);
  return {
    team: { id: workspace.id, name: workspace.name, domain: workspace.domain },
    teams: [...world.workspaces.keys()],
    bot: { user_id: workspace.botUser, bot_id: workspace.botId },
    users: [...workspace.users.values()].map(user => showUser(workspace, user, true)),
    channels: [...workspace.channels.values()].map(channel => ({
      ...showChannel(workspace, channel),
      members: [...channel.members],
      message_count: publicMessages(channel).length,
    })),
    views: Object.fromEntries(views),
    homes: Object.fromEntries(homes),
    prompts: Object.fromEntries(workspace.prompts),
    limits: world.limits,
  };
}

function changeUser(world: World, input: z.infer<typeof userInput>): Fields {
  const workspace = theWorkspace(world, input.team);
  const ref = input.id ?? input.email;
  if (ref === undefined) throw new Impossible('say who: id or email');
  const email = input.email ?? '';
  const user = findUser(workspace, ref) ?? {
    id: input.id ?? nextId(world, 'U'),
    name: email.split('@')[0] ?? '',
    realName: input.real_name ?? email,
    email,
    timeZone: 'America/New_York',
    admin: false,
    deleted: false,
    bot: false,
  };
  user.email = input.email ?? user.email;
  user.name = input.name ?? user.name;
  user.realName = input.real_name ?? user.realName;
  user.timeZone = input.tz ?? user.timeZone;
  user.admin = input.admin ?? user.admin;
  user.deleted = input.deleted ?? user.deleted;
  if (input.guest !== undefined) user.guest = input.guest;
  workspace.users.set(user.id, user);
  return showUser(workspace, user, true);
}

function addGroup(world: World, { team, name, users }: z.infer<typeof groupInput>): Fields {
  const workspace = theWorkspace(world, team);
  const ids = users.map(ref => {
    const user = findUser(workspace, ref);
    if (!user) throw new Impossible(`nobody is called ${ref}`);
    return user.id;
  });
  const group = { id: nextId(world, 'S'), name, handle: name.toLowerCase().replaceAll(' ', '-'), users: ids };
  workspace.groups.set(group.id, group);
  return { ...group };
}

function changeChannel(world: World, input: z.infer<typeof channelInput>): Fields {
  const workspace = theWorkspace(world, input.team);
  const ref = input.id ?? input.name;
  if (ref === undefined) throw new Impossible('say which: id or name');
  const everyone = [...workspace.users.values()].filter(user => !user.bot).map(user => user.id);
  const channel =
    findChannel(workspace, ref) ??
    newChannel(input.id ?? nextId(world, 'C'), ref.replace(/^#/, ''), input.private ? 'private' : 'public', everyone);
  channel.name = input.name?.replace(/^#/, '') ?? channel.name;
  channel.archived = input.archived ?? channel.archived;
  if (input.bot_is_member === true) channel.members.add(workspace.botUser);
  if (input.bot_is_member === false) channel.members.delete(workspace.botUser);
  workspace.channels.set(channel.id, channel);
  return showChannel(workspace, channel);
}

function changeToken(world: World, input: z.infer<typeof tokenInput>): Fields {
  const token = world.tokens.get(input.token);
  if (!token) throw new Impossible('no such token');
  if (input.scopes) token.scopes = new Set(input.scopes);
  for (const scope of input.without ?? []) token.scopes.delete(scope);
  token.state = input.state ?? token.state;
  return { team: token.team, scopes: [...token.scopes], state: token.state };
}

function addWorkspace(world: World, input: z.infer<typeof workspaceInput>): Fields {
  if (world.workspaces.has(input.id)) throw new Impossible(`${input.id} is there already`);
  const workspace = seedWorkspace(input.id, input.name, input.domain, enterpriseFor(world, input.enterprise));
  world.workspaces.set(workspace.id, workspace);
  if (input.token !== undefined) {
    const scopes = new Set(BOT_SCOPES);
    world.tokens.set(input.token, { value: input.token, team: workspace.id, scopes, state: 'live' });
  }
  return { id: workspace.id, users: [...workspace.users.values()].map(user => showUser(workspace, user, true)) };
}

function enterpriseFor(world: World, given: { id: string; name: string } | undefined): Enterprise | undefined {
  if (!given) return undefined;
  const enterprise = world.enterprises.get(given.id) ?? { ...given, granted: new Set<string>() };
  world.enterprises.set(given.id, enterprise);
  return enterprise;
}
