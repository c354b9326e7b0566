/** A stand-in of Cloudflare Turnstile's siteverify: tokens that count once, unless asked about with the same key again. */
import { Router } from 'express';
import type { Coverage } from '../coverage.ts';
import type { Handler, ServiceFactory } from '../service.ts';

export const TURNSTILE_SECRET = 'sandbox-turnstile-secret';
const VALID_FOR = 300_000;

const coverage: Coverage = {
  'POST /turnstile/v0/siteverify': {
    covers: 'a token once, or again with the same idempotency_key',
    refuses:
      'no or a wrong secret, no or an unknown token, one that was used or is older than 300 s: success false, with the codes of the documentation',
    leavesOut: 'checks of remoteip, action and cdata',
  },
};

interface Token {
  at: number;
  usedWith?: string;
}

export const turnstile: ServiceFactory = context => {
  let tokens = new Map<string, Token>();

  const verify: Handler = (req, res) => {
    const { secret, response, idempotency_key: key = '' } = (req.body ?? {}) as Record<string, string | undefined>;
    const refuse = (code: string) => void res.json({ success: false, 'error-codes': [code], messages: [] });
    if (!secret) return refuse('missing-input-secret');
    if (secret !== TURNSTILE_SECRET) return refuse('invalid-input-secret');
    if (!response) return refuse('missing-input-response');
    const token = tokens.get(response);
    if (!token) return refuse('invalid-input-response');
    const now = context.clock.now();
    const isUsed = token.usedWith !== undefined && (key === '' || token.usedWith !== key);
    if (isUsed || now.getTime() - token.at > VALID_FOR) return refuse('timeout-or-duplicate');
    token.usedWith = key || 'used';
    res.json({
      success: true,
      challenge_ts: new Date(token.at).toISOString(),
      hostname: 'www.example.com',
      'error-codes': [],
      action: 'demo',
      cdata: '',
    });
  };

  const control = Router();
  /** Somebody solved the widget's challenge. */
  control.post('/tokens', (_req, res) => {
    const token = `token-${tokens.size + 1}-${Math.floor(context.random() * 1e9)}`;
    tokens.set(token, { at: context.clock.now().getTime() });
    res.json({ token });
  });

  return {
    name: 'turnstile',
    coverage,
    handlers: { 'POST /turnstile/v0/siteverify': verify },
    otherwise: (_req, res) => void res.status(404).type('text').send('error code: 1001'),
    sample: () => ({ headers: {}, params: {}, refusesWith200: true }),
    control,
    reset() {
      tokens = new Map();
    },
    // Without a secret forms need no token: a story that wants one sets it.
    env: base => ({ TURNSTILE_API_URL: base }),
  };
};
