import { type Fields, isFields } from './blocks/check.ts';
import type { Outbox } from './deliver.ts';
import type { Workspace } from './model.ts';
import { Refusal, refusal } from './refusal.ts';
import type { Token, World } from './world.ts';

/** A call that got past token and scope. */
export interface ApiCall {
  world: World;
  workspace: Workspace;
  token: Token;
  outbox: Outbox;
  args: Fields;
}

/** One Web API method. */
export interface Method {
  /** Whether Slack reads a JSON body for it; otherwise only a form or the query counts. */
  json: boolean;
  /** The token needs one of these; none = any token. */
  scopes?: string[];
  /** Arguments without which Slack answers invalid_arguments. */
  required?: string[];
  /** It lists what is in a workspace: with an organization's token it must be told which. */
  wantsTeam?: true;
  /** An organization's token may ask it before any workspace may use the app. */
  ofOrganization?: true;
  run(call: ApiCall): Fields;
}

/** A method that needs no bot token. */
export interface OpenMethod {
  run(world: World, args: Fields): Fields;
}

/** A text argument; forms send everything as text, JSON bodies may send numbers. */
export function textArg(args: Fields, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A text argument the dispatcher has already seen to be there. */
export function needed(args: Fields, name: string): string {
  const value = textArg(args, name);
  if (value === undefined) throw refusal('invalid_arguments', [`missing required field: ${name}`]);
  return value;
}

export function flagArg(args: Fields, name: string): boolean {
  return ['true', '1', true, 1].includes(args[name] as string);
}

/** An argument that is JSON in a form and plain in a JSON body. `wrong` is what Slack answers when it cannot be read. */
export function jsonArg(args: Fields, name: string, wrong: string): unknown {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refusal(wrong);
  }
}

/** The same for an argument that must be an object. */
export function objectArg(args: Fields, name: string, wrong: string): Fields | undefined {
  const value = jsonArg(args, name, wrong);
  if (value === undefined) return undefined;
  if (!isFields(value)) throw new Refusal(wrong);
  return value;
}

/** Takes one page of a list; the cursor is opaque to callers and refused when it is not one of ours. */
export function page<T>(items: T[], args: Fields, standard = 100, most = 1_000): { items: T[]; next: string } {
  const limit = Math.min(Number(textArg(args, 'limit') ?? 0) || standard, most);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal('invalid_limit');
  const start = readCursor(textArg(args, 'cursor'));
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), next };
}

function readCursor(cursor: string | undefined): number {
  if (!cursor) return 0;
  const [, start] = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? [];
  if (start === undefined) throw new Refusal('invalid_cursor');
  return Number(start);
}

/** Refuses with what was needed and what the token has. */
export function needScope(token: Token, anyOf: string[]): void {
  if (anyOf.some(scope => token.scopes.has(scope))) return;
  throw new Refusal('missing_scope', { needed: anyOf.join(','), provided: [...token.scopes].join(',') });
}
