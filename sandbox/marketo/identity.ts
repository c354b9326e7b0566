/** Tokens of custom services: one lives an hour, and whoever asks before gets the same. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';
import type { Account } from './account.ts';
import { Refusal } from './errors.ts';

const LIVES_SECONDS = 3_600;

export interface Identity {
  handle(req: Request, res: Response): void;
  /** Whose the token of a call is. */
  accountOf(req: Request): Account;
  /** Every token is worthless from now on; `expired`: because its hour is over. */
  invalidate(how: 'expired' | 'unknown'): void;
  clear(): void;
}

interface Token {
  value: string;
  until: number;
}

export function createIdentity(clock: Clock, accounts: ReadonlyMap<string, Account>): Identity {
  const current = new Map<string, Token>();
  const owners = new Map<string, { account: Account; until: number }>();

  return {
    handle(req, res) {
      const given = { ...req.query, ...(typeof req.body === 'object' ? req.body : {}) } as Record<string, unknown>;
      const account = accounts.get(String(given.client_id ?? ''));
      if (given.grant_type !== 'client_credentials') {
        return void res.status(400).json({ error: 'invalid_request', error_description: 'Missing grant type' });
      }
      if (!account || account.clientSecret !== given.client_secret) {
        const error_description = account
          ? 'Bad client credentials'
          : `No client with requested id: ${String(given.client_id ?? '')}`;
        return void res.status(401).json({ error: account ? 'invalid_client' : 'unauthorized', error_description });
      }
      const now = clock.now().getTime();
      const known = current.get(account.clientId);
      const token =
        known && known.until > now ? known : { value: `${randomUUID()}:int`, until: now + LIVES_SECONDS * 1_000 };
      current.set(account.clientId, token);
      owners.set(token.value, { account, until: token.until });
      const expires_in = Math.max(0, Math.floor((token.until - now) / 1_000) - 1);
      res.json({ access_token: token.value, token_type: 'bearer', expires_in, scope: 'baton-api@example.com' });
    },
    accountOf(req) {
      const value = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
      if (value === undefined) throw new Refusal('600', 'Access token not specified');
      const owner = owners.get(value);
      if (!owner) throw new Refusal('601', 'Access token invalid');
      if (owner.until <= clock.now().getTime()) throw new Refusal('602', 'Access token expired');
      return owner.account;
    },
    invalidate(how) {
      current.clear();
      if (how === 'unknown') return owners.clear();
      for (const owner of owners.values()) owner.until = 0;
    },
    clear() {
      current.clear();
      owners.clear();
    },
  };
}
