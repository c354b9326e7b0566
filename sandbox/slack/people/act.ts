import { z } from 'zod';
import { type Fields, isFields } from '../blocks/check.ts';
import type { Delivered, Outbox } from '../deliver.ts';
import type { Channel } from '../model.ts';
import { findChannel, findUser, imId, openIm } from '../places.ts';
import { readContent } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { showMessage, showView } from '../show.ts';
import { APP, HOME_TEAM, nextId, nextTs, type World } from '../world.ts';
import { type Acted, acted } from './answer.ts';
import { click, findClicked } from './click.ts';
import { type Actor, globalShortcut, messageShortcut, slashCommand } from './payloads.ts';
import { say } from './respond.ts';
import { Impossible } from './state.ts';
import { close, submit, suggest } from './submit.ts';

const text = z.string().min(1);
const target = { channel: text.optional(), ts: text.optional(), view_id: text.optional() };
const userAction = {
  click: z.strictObject({
    ...target,
    action_id: text,
    block_id: text.optional(),
    value: z.unknown().optional(),
    values: z.record(z.string(), z.unknown()).optional(),
    twice: z.boolean().optional(),
  }),
  command: z.strictObject({
    text: z.string().default(''),
    channel: text.optional(),
    command: z
      .string()
      .regex(/^\/\S+$/)
      .default(APP.command),
  }),
  submit: z.strictObject({
    view_id: text.optional(),
    values: z.record(z.string(), z.unknown()).default({}),
    /** `pressed`: a double click, two submits side by side; `delivered`: one, repeated as if its answer was lost. */
    twice: z.enum(['pressed', 'delivered']).optional(),
  }),
  close: z.strictObject({ view_id: text.optional() }),
  suggest: z.strictObject({ view_id: text.optional(), action_id: text, value: z.string() }),
  home: z.strictObject({ tab: z.enum(['home', 'messages']).default('home') }),
  message: z.strictObject({ text, channel: text.optional(), thread_ts: text.optional() }),
  shortcut: z.strictObject({ callback_id: text, channel: text.optional(), ts: text.optional() }),
  event: z.looseObject({ type: text }),
};
const names = Object.keys(userAction) as (keyof typeof userAction)[];

/** What `POST /_sandbox/slack/act` takes: a person and one thing they do. */
export const actInput = z
  .strictObject({
    user: text,
    team: text.default(HOME_TEAM),
    click: userAction.click.optional(),
    command: userAction.command.optional(),
    submit: userAction.submit.optional(),
    close: userAction.close.optional(),
    suggest: userAction.suggest.optional(),
    home: userAction.home.optional(),
    message: userAction.message.optional(),
    shortcut: userAction.shortcut.optional(),
    event: userAction.event.optional(),
  })
  .refine(input => names.filter(name => input[name] !== undefined).length === 1, {
    error: `give exactly one of ${names.join(', ')}`,
  });

export type Act = z.infer<typeof actInput>;

/** Lets a person do something: delivers the signed request and takes in the app's answer. */
export async function act(world: World, outbox: Outbox, input: Act): Promise<Acted> {
  const actor = findActor(world, input);
  if (input.click) return acted(await click(actor, outbox, input.click));
  if (input.submit) return submit(actor, outbox, input.submit);
  if (input.close) return acted(await close(actor, outbox, input.close));
  if (input.suggest) return acted(await suggest(actor, outbox, input.suggest));
  if (input.command) return command(actor, outbox, input.command);
  if (input.home) return acted(await outbox.event(actor.workspace, homeOpened(actor, input.home.tab)));
  if (input.message) return acted(await write(actor, outbox, input.message));
  if (input.shortcut) return acted(await shortcut(actor, outbox, input.shortcut));
  const event = { user: actor.user.id, event_ts: nextTs(world), ...input.event };
  return acted(await outbox.event(actor.workspace, event));
}

function findActor(world: World, input: Act): Actor {
  const workspace = world.workspaces.get(input.team);
  if (!workspace)
    throw new Impossible(`no workspace ${input.team}; there are: ${[...world.workspaces.keys()].join(', ')}`);
  const user = findUser(workspace, input.user);
  if (!user) {
    throw new Impossible(
      `nobody called ${input.user}; there are: ${[...workspace.users.values()].map(one => one.email || one.id).join(', ')}`,
    );
  }
  if (user.deleted) throw new Impossible(`${user.realName} left the workspace and can do nothing in it`);
  return { world, workspace, user };
}

async function command(actor: Actor, outbox: Outbox, input: NonNullable<Act['command']>): Promise<Acted> {
  const channel = channelFor(actor, input.channel);
  const delivered = await outbox.command(slashCommand(actor, channel, input.command, input.text));
  const answer = acted(delivered);
  if (delivered.status !== 200 || delivered.body === '') return answer;
  const content = isFields(answer.body) ? answer.body : { text: delivered.body };
  try {
    say(actor.world, actor.workspace, channel, actor.user.id, readContent(content), content);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...answer, error: `Slack would not show this answer: ${error.code} ${JSON.stringify(error.extra)}` };
  }
  return answer;
}

/** Where a person is when they type: the given channel, else their DM with the app. */
function channelFor(actor: Actor, ref: string | undefined): Channel {
  if (ref === undefined) return openIm(actor.workspace, actor.user);
  const channel = findChannel(actor.workspace, ref);
  if (!channel) throw new Impossible(`no channel ${ref}`);
  if (channel.kind !== 'public' && !channel.members.has(actor.user.id)) {
    throw new Impossible(`${actor.user.realName} is not in ${ref}`);
  }
  return channel;
}

function homeOpened({ world, workspace, user }: Actor, tab: string): Fields {
  openIm(workspace, user);
  const view = workspace.homes.get(user.id);
  return {
    type: 'app_home_opened',
    user: user.id,
    channel: imId(user),
    tab,
    event_ts: nextTs(world),
    ...(view && tab === 'home' ? { view: showView(workspace, view) } : {}),
  };
}

/** A person writes: in the DM the app hears everything, in a channel only its own name. */
async function write(actor: Actor, outbox: Outbox, input: NonNullable<Act['message']>): Promise<Delivered> {
  const { world, workspace, user } = actor;
  const channel = channelFor(actor, input.channel);
  const ts = nextTs(world);
  const thread = input.thread_ts === undefined ? {} : { threadTs: input.thread_ts };
  const message = { ts, channel: channel.id, user: user.id, text: input.text, reactions: [], ...thread };
  const mention = input.text.includes(`<@${workspace.botUser}>`);
  if (channel.kind !== 'im' && !mention) {
    throw new Impossible('the app hears nothing of a channel message that does not mention it');
  }
  channel.messages.set(ts, message);
  return outbox.event(workspace, {
    ...showMessage(workspace, message),
    type: channel.kind === 'im' ? 'message' : 'app_mention',
    ...(channel.kind === 'im' ? { channel_type: 'im' } : {}),
    client_msg_id: nextId(world, 'M'),
    channel: channel.id,
    event_ts: ts,
  });
}

async function shortcut(actor: Actor, outbox: Outbox, input: NonNullable<Act['shortcut']>): Promise<Delivered> {
  if (input.channel === undefined || input.ts === undefined) {
    return outbox.interaction(globalShortcut(actor, input.callback_id));
  }
  const { channel, message } = findClicked(actor, input.channel, input.ts);
  return outbox.interaction(messageShortcut(actor, input.callback_id, channel, message));
}
