import { type Fields, isFields } from './blocks/check.ts';
import { problemsInMessage } from './blocks/surface.ts';
import { withIds } from './blocks/walk.ts';
import { jsonArg, objectArg, textArg } from './method.ts';
import type { Channel, Message, Workspace } from './model.ts';
import { Refusal, refusal } from './refusal.ts';
import { nextSecret, nextTs, type World } from './world.ts';

const LONGEST_TEXT = 40_000;
const LONGEST_MARKDOWN = 12_000;
const MOST_ATTACHMENTS = 100;
const METADATA_BYTES = 16 * 1024;

/** What a message says, checked. */
export type Content = Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata'>;

/** Reads and checks the content of a message out of a call's arguments, as every posting method does. */
export function readContent(args: Fields, update?: { kept: Message }): Content {
  const blocks = readBlocks(jsonArg(args, 'blocks', 'invalid_blocks_format'));
  const attachments = readAttachments(jsonArg(args, 'attachments', 'invalid_attachments'));
  const metadata = readMetadata(args, update !== undefined);
  const markdown = textArg(args, 'markdown_text');
  const text = textArg(args, 'text') ?? '';
  if (markdown !== undefined && (text !== '' || blocks)) throw new Refusal('markdown_text_conflict');
  if (text.length > LONGEST_TEXT || (markdown ?? '').length > LONGEST_MARKDOWN) throw new Refusal('msg_too_long');
  const saysSomething = text.trim() !== '' || markdown || blocks?.length || attachments?.length;
  const keepsSaying = update && args.text === undefined && (metadata || args.metadata !== undefined || blocks);
  if (!saysSomething && !keepsSaying) throw new Refusal('no_text');
  return {
    text: markdown ?? text,
    ...(blocks ? { blocks } : {}),
    ...(attachments ? { attachments } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

/** Checks blocks as they would stand in a message. */
export function readBlocks(blocks: unknown): Fields[] | undefined {
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  const problems = problemsInMessage(blocks);
  if (problems.length > 0) throw refusal('invalid_blocks', problems);
  return blocks.filter(isFields);
}

function readAttachments(attachments: unknown): Fields[] | undefined {
  if (attachments === undefined) return undefined;
  if (!Array.isArray(attachments) || !attachments.every(isFields)) throw new Refusal('invalid_attachments');
  if (attachments.length > MOST_ATTACHMENTS) throw new Refusal('too_many_attachments');
  for (const attachment of attachments) readBlocks(attachment.blocks);
  return attachments;
}

function readMetadata(args: Fields, mayBeEmpty: boolean): Fields | undefined {
  const metadata = objectArg(args, 'metadata', 'invalid_metadata_format');
  if (metadata === undefined) return undefined;
  if (mayBeEmpty && Object.keys(metadata).length === 0) return undefined;
  if (JSON.stringify(metadata).length > METADATA_BYTES) throw new Refusal('metadata_too_large');
  const known = ['event_type', 'event_payload', 'entities'];
  if (Object.keys(metadata).some(key => !known.includes(key))) throw new Refusal('invalid_metadata_format');
  const event = typeof metadata.event_type === 'string' && isFields(metadata.event_payload);
  if (!event && metadata.entities === undefined) throw new Refusal('invalid_metadata_format');
  return metadata;
}

/** Puts a message of the bot into a channel. */
export function post(
  world: World,
  workspace: Workspace,
  channel: Channel,
  content: Content & Partial<Message>,
): Message {
  const message: Message = {
    ...content,
    ts: nextTs(world),
    channel: channel.id,
    user: workspace.botUser,
    botId: workspace.botId,
    reactions: [],
  };
  if (message.blocks) message.blocks = named(world, message.blocks);
  channel.messages.set(message.ts, message);
  return message;
}

/** Blocks with the ids Slack gives to those that came without. */
export function named(world: World, blocks: Fields[]): Fields[] {
  return withIds(blocks, () => nextSecret(world).slice(0, 5));
}
