import type { Response } from 'express';
import type { Handlers } from '../../service.ts';
import { type Fields, isFields } from '../blocks/check.ts';
import { flagArg } from '../method.ts';
import type { Channel, Message, Workspace } from '../model.ts';
import { type Content, named, post, readContent } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { textsShown } from '../shown.ts';
import { nextTs, type ResponseUrl, type World } from '../world.ts';

const USES = 5;
const LIVES = 30 * 60_000;

/** `response_url`: five answers within half an hour, in place of or beside what was pressed. */
export function responseUrls(world: () => World): Handlers {
  return {
    'POST /response/:team/:id': (req, res) => {
      const now = world();
      const url = now.responseUrls.get(String(req.params.id));
      const workspace = now.workspaces.get(String(req.params.team));
      const channel = url && workspace?.channels.get(url.channel);
      if (!workspace || !channel || url.team !== workspace.id) return refuse(res, 404, 'invalid_url');
      if (now.context.clock.now().getTime() - url.issued.getTime() > LIVES) return refuse(res, 404, 'expired_url');
      if (url.used >= USES) return refuse(res, 404, 'used_url');
      if (!isFields(req.body)) return refuse(res, 400, 'invalid_payload');
      try {
        respond(now, workspace, channel, url, req.body);
        url.used += 1;
        res.type('text/plain').send('ok');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        res.status(400).json({ ok: false, error: error.code, ...error.extra });
      }
    },
  };
}

function refuse(res: Response, status: number, error: string): void {
  res.status(status).json({ ok: false, error });
}

function respond(world: World, workspace: Workspace, channel: Channel, url: ResponseUrl, body: Fields): void {
  const source = url.source && channel.messages.get(url.source.ts);
  if (flagArg(body, 'delete_original')) {
    if (source) channel.messages.delete(source.ts);
    return;
  }
  for (const text of textsShown(body)) world.context.shown(text);
  const content = readContent(body);
  // What came from a slash command has no original to replace: it becomes a message of its own.
  if (flagArg(body, 'replace_original') && source) replace(world, workspace, source, content);
  else say(world, workspace, channel, url.user, content, body);
}

function replace(world: World, workspace: Workspace, source: Message, content: Content): void {
  source.text = content.text;
  if (content.blocks) source.blocks = named(world, content.blocks);
  else delete source.blocks;
  if (content.attachments) source.attachments = content.attachments;
  else delete source.attachments;
  source.edited = { user: workspace.botUser, ts: nextTs(world) };
}

/** Says something in answer to a person: to them alone unless the app wants everyone to see it. */
export function say(
  world: World,
  workspace: Workspace,
  channel: Channel,
  user: string,
  content: Content,
  options: Fields,
): void {
  const threadTs = typeof options.thread_ts === 'string' ? { threadTs: options.thread_ts } : {};
  const onlyThem = options.response_type === 'in_channel' ? {} : { ephemeralFor: user };
  post(world, workspace, channel, { ...content, ...threadTs, ...onlyThem });
}
