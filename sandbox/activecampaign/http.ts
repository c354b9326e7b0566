import type { Request, Response } from 'express';
import type { Account } from './account.ts';
import { missing, nobody } from './errors.ts';
import type { Contact } from './stock.ts';

/** Answers a call of an account's. */
export type AccountHandler = (account: Account, req: Request, res: Response) => void;

/** A parameter by its whole name, brackets and all; '' when there is none. */
export function param(req: Request, name: string): string {
  return new URL(req.originalUrl, 'http://localhost').searchParams.get(name) ?? '';
}

const [USUAL, MOST] = [20, 100];

/** The page that is asked for, under its name, and how many there are. */
export function page<T>(req: Request, name: string, all: readonly T[]): Record<string, unknown> {
  const limit = Math.min(Number(param(req, 'limit')) || USUAL, MOST);
  const offset = Number(param(req, 'offset')) || 0;
  return { [name]: all.slice(offset, offset + limit), meta: { total: String(all.length) } };
}

export function contactOf({ contacts }: Account, id: unknown): Contact {
  const found = /^\d+$/.test(String(id)) ? contacts.get(Number(id)) : undefined;
  if (!found) throw nobody(String(id));
  return found;
}

/** What stands under the name that every body has. */
export function bodyOf(req: Request, name: string): Record<string, unknown> {
  const body: unknown = req.body;
  const inner = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) throw missing(name);
  return inner as Record<string, unknown>;
}

export function needed(given: Record<string, unknown>, name: string): string {
  const value = given[name];
  if (value === undefined || value === null || value === '') throw missing(name);
  return String(value);
}
