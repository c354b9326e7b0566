/** One form that somebody sent, as it stays in the inbox. */
import { createHash } from 'node:crypto';
import { addressKey } from '../../lib/text.ts';

export interface Submission {
  /** What its makers call the form; absent: nobody said. */
  form?: string;
  /** By the form's own names, as typed: hostile. */
  fields: Record<string, string>;
  /** Where it was sent, a web address or a path. */
  page?: string;
  /** Pages of ours that were seen in the same visit, newest first. `at` is ISO 8601. */
  pages: { path: string; at: string }[];
  /** It came from a page, with a key that everybody can read; absent: from a tool or server that knows the secret. */
  fromPage?: true;
  /** The platform whose embedded form it was, by its name among the sources. */
  embed?: string;
  /** Why a robot may have sent it. */
  doubt?: string;
}

/** Names of fields that are not answers: what pages and tools send along. Never kept. */
export const CONTROL = {
  redirect: '_redirect',
  pages: '_pages',
  embed: '_embed',
  form: '_form',
  /** Nobody sees it, so that whoever fills it in is a robot. */
  honeypot: 'website_url_hp',
  /** The signed time of the page. */
  time: 't',
  /** Cloudflare's own name. */
  turnstile: 'cf-turnstile-response',
} as const;

/** The last pages of a visit that are kept. */
const MOST_PAGES = 10;
const LONGEST_PATH = 300;

/** A person as all forms know them: by their address, whatever tool it came through. */
export function personId(email: string | undefined, phone: string | undefined): string | undefined {
  const by = email ? `email:${addressKey(email)}` : phone ? `phone:${phone.replace(/[^\d+]/g, '')}` : undefined;
  return by && createHash('sha256').update(by).digest('hex').slice(0, 32);
}

/**
 * The pages as the snippet sends them: `[["/pricing", 12], …]`, a path and how many seconds before. Clocks of visitors
 * are not trusted. Whatever cannot be read is left out.
 */
export function pagesIn(text: string | undefined, sentAt: Date): Submission['pages'] {
  let given: unknown;
  try {
    given = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(given)) return [];
  return given.slice(-MOST_PAGES).flatMap((one: unknown) => {
    const [path, seconds] = Array.isArray(one) ? one : [];
    if (typeof path !== 'string' || !path.startsWith('/')) return [];
    const ago = typeof seconds === 'number' && seconds >= 0 && seconds < 86_400 ? seconds * 1_000 : 0;
    const shown = path.split(/[?#]/)[0] ?? '/';
    return [{ path: shown.slice(0, LONGEST_PATH), at: new Date(sentAt.getTime() - ago).toISOString() }];
  });
}
