/** The key of a workspace that pages may hold: it opens the form hook and nothing else. */
import { createHash, createHmac } from 'node:crypto';

/** A hook key is a password in an address: its hash is what is kept of it. */
export function hookKeyHash(hookKey: string): string {
  return createHash('sha256').update(hookKey).digest('hex');
}

/** By default an HMAC of the hook key, by its hash: nothing about that key can be learnt from it. */
export function formKeyFrom(hash: string): string {
  return createHmac('sha256', hash).update('form key').digest('base64url').slice(0, 22);
}
