/** Files to and from Slack. */
import type { WebClient } from '@slack/web-api';
import { SECOND } from '../lib/clock.ts';
import { Rejected, toError, Unavailable } from '../lib/errors.ts';
import { passFence } from '../lib/fence.ts';

const SERVICE = 'slack';
const TIMEOUT = 10 * SECOND;

/** Shares a text as a file in a person's DM. */
export async function sendText(
  client: WebClient,
  { user, name, text, comment }: { user: string; name: string; text: string; comment: string },
): Promise<void> {
  const { channel } = await client.conversations.open({ users: user });
  if (!channel?.id) throw new Unavailable('Slack opened a DM without an id', { service: SERVICE });
  await shareFile(client, { channel: channel.id, name, title: name, comment, bytes: new TextEncoder().encode(text) });
}

export interface Shared {
  channel: string;
  /** Under this message. */
  thread?: string;
  name: string;
  title: string;
  /** What a picture shows. */
  alt?: string;
  comment?: string;
  bytes: Uint8Array;
}

/** Shares a file in a conversation, given by its id. */
export async function shareFile(client: WebClient, shared: Shared): Promise<void> {
  const { channel, thread, name, title, alt, comment, bytes } = shared;
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
  });
  if (!url || !id) throw new Unavailable('Slack gave no place for a file', { service: SERVICE });
  const sent = await asked(url, { method: 'POST', body: Buffer.from(bytes) });
  if (!sent.ok) throw new Unavailable(`Slack took no file: HTTP ${sent.status}`, { service: SERVICE });
  await passFence();
  await client.files.completeUploadExternal({
    // The method that takes the picture knows no text for those who do not see it: the title is read out instead.
    files: [{ id, title: alt ? `${title}: ${alt}` : title }],
    channel_id: channel,
    ...(comment && { initial_comment: comment }),
    ...(thread && { thread_ts: thread }),
  });
}

/**
 * The text of a file that a person gave to a form. What the form says of the file is not relied on: Slack is asked, and
 * the bot's token goes to Slack's own addresses only.
 */
export async function readText(client: WebClient, token: string, fileId: string, mostBytes: number): Promise<string> {
  const { file } = await client.files.info({ file: fileId });
  const url = file?.url_private_download ?? file?.url_private;
  if (!url || !isSlacks(url, client.slackApiUrl)) throw unreadable('Slack gave no address of it');
  if ((file?.size ?? 0) > mostBytes) throw unreadable(`it is larger than ${mostBytes.toLocaleString('en-US')} bytes`);
  // Without files:read Slack redirects to its sign-in page.
  const answer = await asked(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  if (answer.status !== 200) throw unreadable(`Slack did not give it out (HTTP ${answer.status})`);
  const bytes = await answer.arrayBuffer();
  if (bytes.byteLength > mostBytes) throw unreadable('it is too large');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('it is no UTF-8 text');
  }
}

function unreadable(why: string): Rejected {
  return new Rejected(`the file cannot be read: ${why}`, { service: SERVICE, code: 'file_unreadable' });
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  try {
    await passFence();
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
  } catch (thrown) {
    throw new Unavailable('Slack did not answer about a file', { service: SERVICE, cause: toError(thrown) });
  }
}

function isSlacks(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  return origin === new URL(apiUrl).origin || (protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(hostname));
}
