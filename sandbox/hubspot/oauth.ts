import { type Request, Router } from 'express';
import type { Clock } from '../../src/lib/clock.ts';
import { SECOND } from '../../src/lib/clock.ts';
import { PORTAL_ID } from './relations.ts';

export const ACCESS_TOKEN = 'pat-na1-5a6d0c1e-5a6d-4b0c-9a6d-ba70ba70ba70';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
export const CLIENT_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const EXPIRES_IN = 1_800;

/** Who may call: the static token, and what the token endpoint gave out and has not expired. */
export function createOauth(clock: Clock, random: () => number) {
  const access = new Map<string, number>();
  const refresh = new Set<string>();
  const codes = new Set<string>();
  const secret = (kind: string) =>
    `${kind}-${Array.from({ length: 8 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;

  function bearer(req: Request): boolean {
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) return false;
    return token === ACCESS_TOKEN || (access.get(token) ?? 0) > clock.now().getTime();
  }

  function makeRoutes(): Router {
    const router = Router();
    router.get('/oauth/authorize', (req, res) => {
      const back = new URL(String(req.query.redirect_uri));
      const code = secret('code');
      codes.add(code);
      back.searchParams.set('code', code);
      if (req.query.state !== undefined) back.searchParams.set('state', String(req.query.state));
      res.redirect(302, back.href);
    });
    router.post(['/oauth/:version/token'], (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      const refuse = (error: string, status: string, message: string) =>
        res.status(400).json({ error, error_description: message, status, message });
      if (form.client_id !== CLIENT_ID || form.client_secret !== CLIENT_SECRET) {
        return void refuse('invalid_client', 'BAD_CLIENT_ID', 'missing or invalid client id or secret');
      }
      const good =
        form.grant_type === 'authorization_code'
          ? codes.delete(form.code ?? '')
          : form.grant_type === 'refresh_token' && refresh.has(form.refresh_token ?? '');
      if (!good && form.grant_type === 'authorization_code') {
        return void refuse('invalid_grant', 'BAD_AUTH_CODE', 'missing or unknown auth code');
      }
      if (!good) return void refuse('invalid_grant', 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
      const token = secret('access');
      access.set(token, clock.now().getTime() + EXPIRES_IN * SECOND);
      const renewal = form.refresh_token ?? secret('refresh');
      refresh.add(renewal);
      res.json({
        token_type: 'bearer',
        access_token: token,
        refresh_token: renewal,
        expires_in: EXPIRES_IN,
        hub_id: PORTAL_ID,
      });
    });
    return router;
  }

  return { bearer, routes: makeRoutes() };
}
