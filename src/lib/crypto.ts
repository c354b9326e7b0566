/** Secrets at rest, comparisons that leak nothing, random tokens. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** First part of every sealed text: the format may change, old texts stay readable. */
const FORMAT = 'b1';

/** The keys of ENCRYPTION_KEY: the first seals, all of them open. */
export interface Keyring {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** What a sealed text belongs to. It opens nowhere else: not in another workspace, not for another purpose. */
export interface SealContext {
  workspaceId: string;
  /** `connection:VENDOR`, `installation`. */
  purpose: string;
}

/** A sealed text that cannot be opened, or keys that cannot be read. Says how to mend it, never what is inside. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
}

/**
 * Reads ENCRYPTION_KEY: one 32-byte key (base64 or hex), or several as `id:key` separated by commas, the current one
 * first. To rotate, put a new `id:key` in front, seal everything again, then drop the old one.
 */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  for (const [index, part] of text.split(',').entries()) {
    const { id, key } = parseKey(part.trim(), index + 1);
    if (keys.has(id)) throw new CryptoError(`ENCRYPTION_KEY lists the key id "${id}" twice`);
    keys.set(id, key);
  }
  const [current = ''] = keys.keys();
  return { current, keys };
}

function parseKey(part: string, place: number): { id: string; key: Buffer } {
  const colon = part.indexOf(':');
  const named = colon >= 0;
  const id = part.slice(0, Math.max(colon, 0)).trim();
  if (named && !/^[A-Za-z0-9_-]{1,32}$/.test(id)) {
    throw new CryptoError(`ENCRYPTION_KEY: the id of key ${place} must be 1 to 32 letters, digits, - or _`);
  }
  const key = keyBytes(part.slice(colon + 1).trim());
  if (!key) {
    throw new CryptoError(
      `ENCRYPTION_KEY: key ${place} is not ${KEY_BYTES} bytes of base64 or hex. Make one with: openssl rand -base64 32`,
    );
  }
  // A key without a name is known by its fingerprint, so that it keeps its id when a second key joins it.
  return { id: named ? id : createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}

function keyBytes(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}

/** Encrypts with the current key. The answer is plain ASCII: format, key id, then nonce, ciphertext and tag. */
export function seal(keyring: Keyring, plain: string, context: SealContext): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(keyring, keyring.current), iv);
  cipher.setAAD(boundTo(keyring.current, context));
  const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${FORMAT}.${keyring.current}.${sealed.toString('base64url')}`;
}

/**
 * Decrypts what `seal` made for the same context.
 * @throws CryptoError when the key is missing, or the text was changed, cut short or belongs elsewhere
 */
export function open(keyring: Keyring, sealed: string, context: SealContext): string {
  const { keyId, bytes } = split(sealed);
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(keyring, keyId), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(keyId, context));
  decipher.setAuthTag(tag);
  try {
    const plain = decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new CryptoError(
      `sealed text for "${context.purpose}" does not open with key "${keyId}": it was changed, belongs to another workspace or purpose, or ENCRYPTION_KEY now has another key under that id`,
      { cause },
    );
  }
}

/** True when a text was sealed with a key that is no longer the current one: open it and seal it again. */
export function needsSealing(keyring: Keyring, sealed: string): boolean {
  return split(sealed).keyId !== keyring.current;
}

function split(sealed: string): { keyId: string; bytes: Buffer } {
  const [format, keyId = '', text = '', ...more] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64url');
  if (format !== FORMAT || keyId === '' || more.length > 0 || bytes.length < IV_BYTES + TAG_BYTES) {
    throw new CryptoError('this is no text sealed by Baton');
  }
  return { keyId, bytes };
}

function keyOf(keyring: Keyring, id: string): Buffer {
  const key = keyring.keys.get(id);
  if (key) return key;
  const known = [...keyring.keys.keys()].join(', ');
  throw new CryptoError(
    `sealed with key "${id}", which ENCRYPTION_KEY does not list (it has: ${known}); add the old key after the current one`,
  );
}

/** JSON keeps the parts apart whatever they contain. */
function boundTo(keyId: string, { workspaceId, purpose }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, keyId, workspaceId, purpose]), 'utf8');
}

/** Equality whose duration says nothing about where, or by how many bytes, two secrets differ. */
export function constantTimeEqual(one: string | Uint8Array, other: string | Uint8Array): boolean {
  // Digests have one length, which timingSafeEqual demands.
  return timingSafeEqual(digest(one), digest(other));
}

function digest(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}

/** An unguessable text, safe in addresses. 32 bytes unless told. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** Another secret for one purpose, that says nothing of the first: 43 characters, safe in addresses. */
export function derivedSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}
