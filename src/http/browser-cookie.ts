/** A secret that one browser keeps: by it, one that comes back is known to be the one that left, or to be signed in. */
import type { Request, Response } from 'express';

const LIVES = 15 * 60 * 1_000;
/** What `randomToken` makes. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface BrowserCookie {
  /** Empty for none, and for what Baton never made. */
  read(request: Request): string;
  set(response: Response, secret: string): void;
  clear(response: Response): void;
}

/** @param lives milliseconds: a quarter of an hour, for journeys, unless told */
export function browserCookie(name: string, publicUrl: string, lives = LIVES): BrowserCookie {
  const secure = publicUrl.startsWith('https:');
  // The prefix keeps neighbours under the same domain from planting one; browsers take it over https only.
  const full = secure ? `__Host-${name}` : name;
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
  return {
    read(request) {
      const parts = (request.get('cookie') ?? '').split(/;\s*/);
      const value = parts.find(part => part.startsWith(`${full}=`))?.slice(full.length + 1) ?? '';
      return TOKEN.test(value) ? value : '';
    },
    set: (response, secret) => void response.cookie(full, secret, { ...options, maxAge: lives }),
    clear: response => void response.clearCookie(full, options),
  };
}

/** One text of a query or a form; empty for none. */
export function text(from: unknown, name: string): string {
  const value = typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
