import type { Request } from 'express';
import type { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import { invalid } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Portal } from './portal.ts';
import { type ObjectType, typeNamed } from './schema.ts';
import type { Settings } from './settings.ts';

/** What every part of the stand-in works on. `portal` is replaced on reset, so it is read through a getter. */
export interface Portals {
  readonly portal: Portal;
  readonly settings: Settings;
  clock: Clock;
  limits: Limits;
}

/** A path in its dated form (`/crm/objects/2026-03/contacts`) and its old one (`/crm/v3/objects/contacts`). */
export function both(path: string, old = 'v3'): string[] {
  const [, room = '', ...rest] = path.split('/');
  const tail = rest.length === 0 ? '' : `/${rest.join('/')}`;
  return [`/crm/${room}/:version${tail}`, `/crm/${old}/${room}${tail}`];
}

export function typeOf(req: Request, param = 'type'): ObjectType {
  const name = String(req.params[param]);
  const type = typeNamed(name);
  if (!type) throw invalid(`Unable to infer object type from: ${name}`);
  return type;
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
