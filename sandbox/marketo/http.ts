import type { Request, Response } from 'express';
import type { Account } from './account.ts';
import { badValue, noSuchField } from './errors.ts';
import type { Field } from './schema.ts';

/** Answers a call of an account's. */
export type AccountHandler = (account: Account, req: Request, res: Response) => void;

/** A parameter of the query, or of the form where a long query came as one; '' when there is none. */
export function param(req: Request, name: string): string {
  const form = typeof req.body === 'object' && req.query._method === 'GET' ? (req.body as Record<string, unknown>) : {};
  const given = form[name] ?? req.query[name];
  return Array.isArray(given) ? given.join(',') : String(given ?? '');
}

export const listed = (text: string): string[] => text.split(',').flatMap(one => one.trim() || []);

/** Fields that are asked for by name. */
export function fieldsNamed(fields: ReadonlyMap<string, Field>, text: string): Field[] {
  return listed(text).map(name => {
    const field = fields.get(name);
    if (!field) throw noSuchField(name);
    return field;
  });
}

/** A body that is an object. */
export function bodyOf(req: Request): Record<string, unknown> {
  if (typeof req.body === 'object' && req.body !== null && !Array.isArray(req.body)) return req.body;
  throw badValue('Invalid JSON');
}

/** The records of a body. */
export function inputOf(req: Request, most = 300): Record<string, unknown>[] {
  const { input } = bodyOf(req);
  if (!Array.isArray(input) || input.length === 0) throw badValue("'input' cannot be blank");
  if (input.length > most) throw badValue(`Invalid value for 'input': more than ${most} records`);
  return input as Record<string, unknown>[];
}
