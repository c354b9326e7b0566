import { type Fields, isFields } from '../blocks/check.ts';
import { jsonArg, type Method, needed, textArg } from '../method.ts';
import type { Workspace } from '../model.ts';
import { placeToPost } from '../places.ts';
import { post, readBlocks } from '../posting.ts';
import { Refusal, refusal } from '../refusal.ts';
import { nextId, type Upload, type World } from '../world.ts';
import { threadOf } from './chat.ts';

const LARGEST = 1024 ** 3;

const getUploadUrl: Method = {
  json: false,
  scopes: ['files:write'],
  required: ['filename', 'length'],
  run({ world, workspace, args }) {
    const length = Number(needed(args, 'length'));
    if (!Number.isInteger(length) || length < 1) throw refusal('invalid_arguments', ['length must be above 0']);
    if (length > LARGEST) throw new Refusal('file_upload_size_restricted');
    const upload = {
      id: nextId(world, 'F'),
      team: workspace.id,
      name: needed(args, 'filename'),
      length,
      complete: false,
    };
    world.uploads.set(upload.id, upload);
    return { upload_url: `${world.context.baseUrl()}/files/upload/${upload.id}`, file_id: upload.id };
  },
};

const completeUpload: Method = {
  json: true,
  scopes: ['files:write'],
  required: ['files'],
  run({ world, workspace, args }) {
    const given = jsonArg(args, 'files', 'invalid_arguments');
    if (!Array.isArray(given) || given.length === 0 || !given.every(isFields)) {
      throw refusal('invalid_arguments', ['files must be a list of {id, title}']);
    }
    const files = given.map(one => finish(world, workspace, one));
    const channelId = textArg(args, 'channel_id');
    if (channelId) share(world, workspace, channelId, files, args);
    return { files };
  },
};

function finish(world: World, workspace: Workspace, given: Fields): Fields {
  const upload = world.uploads.get(String(given.id));
  // A file nobody has sent the bytes of is no file yet.
  if (upload?.team !== workspace.id || !upload.bytes || upload.complete) throw new Refusal('file_not_found');
  upload.complete = true;
  return showFile(world, upload, textArg(given, 'title') ?? upload.name);
}

/** A file as Slack tells of it. */
export function showFile(world: World, upload: Upload, title: string): Fields {
  const url = `${world.context.baseUrl()}/files/${upload.id}/${encodeURIComponent(upload.name)}`;
  return {
    id: upload.id,
    name: upload.name,
    title,
    size: upload.bytes?.length ?? 0,
    url_private: url,
    url_private_download: url,
    permalink: url,
  };
}

function share(world: World, workspace: Workspace, channelId: string, files: Fields[], args: Fields): void {
  const channel = placeToPost(workspace, channelId, false);
  const blocks = readBlocks(jsonArg(args, 'blocks', 'invalid_blocks'));
  const threadTs = threadOf(channel, textArg(args, 'thread_ts'));
  post(world, workspace, channel, {
    text: textArg(args, 'initial_comment') ?? '',
    files,
    ...(blocks ? { blocks } : {}),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
}

const info: Method = {
  json: false,
  scopes: ['files:read'],
  required: ['file'],
  run({ world, workspace, args }) {
    const upload = world.uploads.get(needed(args, 'file'));
    if (upload?.team !== workspace.id || !upload.complete) throw new Refusal('file_not_found');
    return { file: showFile(world, upload, upload.name) };
  },
};

export const fileMethods: Record<string, Method> = {
  'files.info': info,
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
