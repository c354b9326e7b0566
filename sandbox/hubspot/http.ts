import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Account } from './account.ts';
import { invalid, missingScopes } from './errors.ts';
import { type ObjectType, typeNamed } from './schema.ts';

/** Answers a call of an account's. */
export type AccountHandler = (account: Account, req: Request, res: Response) => void;

export function typeOf(req: Request, param = 'type'): ObjectType {
  const name = String(req.params[param]);
  const type = typeNamed(name);
  if (!type) throw invalid(`Unable to infer object type from: ${name}`);
  return type;
}

/** Leads are there for accounts that have bought them, and for tokens that may see them. */
export function needType({ settings }: Account, type: ObjectType): void {
  if (type === 'leads' && !settings.leads) throw missingScopes(['crm.objects.leads.read']);
}

/** Reads a JSON body, or refuses it as HubSpot does: its schemas know no extra fields. */
export function input<T>(schema: z.ZodType<T>, req: Request): T {
  const result = schema.safeParse(req.body);
  if (result.success) return result.data;
  throw invalid(
    `Invalid input JSON: ${result.error.issues.map(one => `${one.path.join('.')}: ${one.message}`).join('; ')}`,
  );
}

export function list(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).flatMap(one => String(one).split(',')).filter(one => one !== '');
}

/** Cuts a page out of all by an offset-like cursor that names the last one shown. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (one: T) => string,
  after: string | undefined,
  limit: number,
): { results: T[]; next: string | undefined } {
  const start = after === undefined ? 0 : all.findIndex(one => idOf(one) === after) + 1;
  if (after !== undefined && start === 0) throw invalid(`Invalid paging cursor: ${after}`);
  const results = all.slice(start, start + limit);
  const last = results.at(-1);
  return { results, next: last !== undefined && start + limit < all.length ? idOf(last) : undefined };
}

export function paging(after: string | undefined): { paging?: { next: { after: string; link: string } } } {
  return after === undefined ? {} : { paging: { next: { after, link: '' } } };
}
