/** The secret by which a browser that comes back from somebody else's page is known to be the one that left. */
import type { Request, Response } from 'express';

const LIVES = 15 * 60 * 1_000;
/** What `randomToken` makes. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface BrowserCookie {
  /** Empty for none, and for what Baton never made. */
  read(request: Request): string;
  set(response: Response, secret: string): void;
}

export function browserCookie(name: string, publicUrl: string): BrowserCookie {
  const secure = publicUrl.startsWith('https:');
  // The prefix keeps neighbours under the same domain from planting one; browsers take it over https only.
  const full = secure ? `__Host-${name}` : name;
  return {
    read(request) {
      const parts = (request.get('cookie') ?? '').split(/;\s*/);
      const value = parts.find(part => part.startsWith(`${full}=`))?.slice(full.length + 1) ?? '';
      return TOKEN.test(value) ? value : '';
    },
    set(response, secret) {
      response.cookie(full, secret, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: LIVES });
    },
  };
}

/** One text of a query or a form; empty for none. */
export function text(from: unknown, name: string): string {
  const value = typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
