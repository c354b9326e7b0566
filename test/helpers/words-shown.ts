/** What people of Slack never read: what machines say to one another. Every story's texts are looked at when it ends. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** By kind; names of settings are for whoever runs Baton. Each matches in a text as it stands in Slack, with `&lt;` for `<`. */
const MACHINE_TEXT = {
  sql: /\b(?:select|insert into|update|delete from) .{1,200}?\b(?:from|set|values|where)\b.*[$?"=]|violates .* constraint|syntax error at or near|relation "|column "\w+" |invalid input syntax/,
  path: /(?<![\w/.:<>|-])\/(?:root|home|usr|var|tmp|work|etc|opt|proc|app)\/\w|file:\/\/|node_modules|\.[tj]s:\d+/,
  stack: /(?:^|\n)\s*at \S+ .*:\d+:\d+|\bat (?:async )?[\w.]+ \(/,
  json: /\{\s*(?:"|&quot;)[\w.$-]+(?:"|&quot;)\s*:|\[\s*\{/,
  code: /\b(?:E(?:CONN\w+|TIMEDOUT|NOTFOUND|PIPE|ACCES|AI_AGAIN)|HTTP \d{3}|answered \d{3}|status(?: code)? \d{3}|(?!\w+_(?:URL|KEY|KEYS|TOKEN|SECRET|ID)\b)[A-Z]{3,}[A-Z0-9]*(?:_[A-Z0-9]+)+|(?:channel|user|message|thread|view)_not_found|not_in_channel|is_archived|invalid_(?:auth|blocks|grant|client|request)|missing_scope|token_revoked|account_inactive|ratelimited|fatal_error|internal_error)\b/,
  exception:
    /\b(?:Type|Reference|Range|Syntax|Aggregate|Assertion|Zod|Abort|Timeout)Error\b|\[object |\bundefined\b|\bNaN\b|fetch failed|socket hang up|other side closed/,
  rule: /account owner none|\bnot exists\b/,
  address:
    /\b(?:cards to|playbook, but|^)\s*[\w.+-]+@example\.com (?:\(|is in)|^[\w.+-]+@example\.com is in the playbook/,
} as const;

type Kind = keyof typeof MACHINE_TEXT;
/** Why a story shows this kind all the same. */
export type MayShow = Partial<Record<Kind, string>>;

/** `npm run words`: every text that people were shown goes into a file of this folder, to be read through. */
export function keepWords(texts: Iterable<string>, dir = process.env.WORDS_DIR): void {
  if (!dir) return;
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${basename(process.argv[1] ?? 'story', '.test.ts')}.txt`);
  appendFileSync(file, [...new Set(texts)].map(text => `${text}\n---\n`).join(''));
}

/** @throws AssertionError naming the first texts that no person should read */
export function assertForPeople(texts: Iterable<string>, mayShow: MayShow = {}): void {
  const kinds = (Object.keys(MACHINE_TEXT) as Kind[]).filter(kind => mayShow[kind] === undefined);
  const found = [...texts].flatMap(text =>
    kinds.flatMap(kind => {
      const [match] = MACHINE_TEXT[kind].exec(text) ?? [];
      return match === undefined ? [] : [`${kind} (${match.slice(0, 60)}): ${text.slice(0, 400)}`];
    }),
  );
  assert.deepEqual(found.slice(0, 10), [], 'people of Slack read what machines say');
}
