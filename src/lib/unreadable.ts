/** Why a file that somebody named cannot be read, in words: what the system says is a code and a call. */
import { toError } from './errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

/** A clause without a full stop. */
export function whyUnreadable(thrown: unknown): string {
  const error = toError(thrown);
  return ('code' in error && WORDS[String(error.code)]) || error.message;
}
