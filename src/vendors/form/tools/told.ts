/** What a form tool told, put in one shape whatever the tool. Pure. */
import type { Json } from '../../../domain/form/body.ts';

export interface Told {
  fields: Record<string, string>;
  form?: string | undefined;
  page?: string | undefined;
  /** The submission's own id there: by it the same one is recognised. */
  id?: string | undefined;
  /** When it was sent, as the tool writes it. */
  at?: string | undefined;
}

export const objectIn = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

export const listOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map(objectIn).filter(one => one !== undefined) : [];

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() ? value.trim().slice(0, 500) : undefined;
