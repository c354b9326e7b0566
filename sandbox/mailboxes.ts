/** What the stand-ins have in common at which people log in, and mailboxes: people who log in, their tokens, and what they sent. */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { Router } from 'express';
import PostalMime from 'postal-mime';
import { z } from 'zod';
import { SECOND } from '../src/lib/clock.ts';
import { read } from './control.ts';
import type { SandboxContext } from './service.ts';

interface Grant {
  user: string;
  scope: string;
}

export interface SentMail {
  user: string;
  messageId: string | undefined;
  from: string | undefined;
  to: string[];
  subject: string | undefined;
  text: string | undefined;
  headers: { key: string; value: string }[];
}

const EXPIRES_IN = 3_600;

export function people({ clock, random }: SandboxContext) {
  const access = new Map<string, Grant & { until: number }>();
  const refresh = new Map<string, Grant>();
  const codes = new Map<string, Grant & { redirectUri: string; challenge: string }>();
  let sent: SentMail[] = [];
  const secret = (kind: string) =>
    `${kind}-${Array.from({ length: 6 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;

  return {
    /** Where the browser goes on. */
    back({ query }: Request, { user, scope }: Grant): string {
      const back = new URL(String(query.redirect_uri));
      if (query.state !== undefined) back.searchParams.set('state', String(query.state));
      if (query.deny !== undefined) {
        back.searchParams.set('error', 'access_denied');
        return back.href;
      }
      const code = secret('code');
      const challenge = String(query.code_challenge ?? '');
      codes.set(code, { user, scope, challenge, redirectUri: String(query.redirect_uri) });
      back.searchParams.set('code', code);
      return back.href;
    },
    /** What a token endpoint answers; undefined: invalid_grant. `rotates`: a refresh token is good once. */
    granted(form: Record<string, string>, claims: (user: string) => object, rotates: boolean) {
      const grant = form.grant_type === 'refresh_token' ? renewed(form, rotates) : redeemed(form);
      if (!grant) return undefined;
      const token = secret('access');
      access.set(token, { ...grant, until: clock.now().getTime() + EXPIRES_IN * SECOND });
      const renewal = form.grant_type === 'refresh_token' && !rotates ? undefined : secret('refresh');
      if (renewal) refresh.set(renewal, grant);
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return {
        access_token: token,
        expires_in: EXPIRES_IN,
        token_type: 'Bearer',
        scope: grant.scope,
        ...(renewal && { refresh_token: renewal }),
        id_token: `${part({ alg: 'RS256' })}.${part(claims(grant.user))}.signature`,
      };
    },
    /** Whose token comes with the call, while it is good. */
    grantOf(req: Request): Grant | undefined {
      const found = access.get(/^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1] ?? '');
      return found && found.until > clock.now().getTime() ? found : undefined;
    },
    /** Everything of that user's is dead; false: it was. */
    revoke(token: string): boolean {
      const grant = refresh.get(token) ?? access.get(token);
      if (!grant) return false;
      drop(grant.user);
      return true;
    },
    async keep(user: string, raw: Buffer): Promise<boolean> {
      const parsed = await PostalMime.parse(raw);
      const to = (parsed.to ?? []).flatMap(({ address }) => address ?? []);
      if (to.length === 0) return false;
      const { messageId, from, subject, text, headers } = parsed;
      const shown = headers.map(({ key, value }) => ({ key, value }));
      sent.push({ user, messageId, from: from?.address, to, subject, text, headers: shown });
      return true;
    },
    control(): Router {
      const router = Router();
      router.get('/messages', (_req, res) => void res.json({ messages: sent }));
      /** They changed their password, or took the access back. */
      router.post('/revoke', (req, res) => {
        const given = read(z.strictObject({ user: z.string() }), req.body, res);
        if (!given) return;
        drop(given.user);
        res.json({ ok: true });
      });
      /** Access tokens run out at once; refresh tokens stay. */
      router.post('/expire', (_req, res) => {
        access.clear();
        res.json({ ok: true });
      });
      return router;
    },
    reset() {
      for (const kept of [access, refresh, codes]) kept.clear();
      sent = [];
    },
  };

  function renewed({ refresh_token: token = '' }: Record<string, string>, rotates: boolean): Grant | undefined {
    const grant = refresh.get(token);
    if (rotates) refresh.delete(token);
    return grant;
  }

  function redeemed({ code = '', redirect_uri: uri, code_verifier: verifier = '' }: Record<string, string>) {
    const found = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    // Not every vendor has PKCE: without a challenge none is asked for.
    const fits = found?.challenge === '' || found?.challenge === challenge;
    return fits && found?.redirectUri === uri ? found : undefined;
  }

  function drop(user: string): void {
    for (const kept of [access, refresh]) for (const [token, one] of kept) if (one.user === user) kept.delete(token);
  }
}
