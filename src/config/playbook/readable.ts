/** As much of a value as its schema can read: one slip must not hide the mistakes around it. */
import { z } from 'zod';

/** A schema's output of which any part may be missing, because it could not be read. */
export type Readable<T> = T extends readonly (infer Item)[]
  ? (Readable<Item> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: Readable<T[K]> | undefined }
    : T;

/**
 * The output of `schema` where it takes the value; else of each of its entries, as far down as there are groups and
 * lists. What cannot be read is undefined, and items of lists keep their places.
 */
export function readable<T extends z.ZodType>(schema: T, value: unknown): Readable<z.output<T>> | undefined {
  return read(schema, value) as Readable<z.output<T>> | undefined;
}

function read(schema: z.core.$ZodType, value: unknown): unknown {
  const whole = z.safeParse(schema, value);
  if (whole.success) return whole.data;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray)
    return Array.isArray(value) ? value.map(item => read(inner.element, item)) : undefined;
  if (!isGroup(value)) return undefined;
  if (inner instanceof z.ZodObject) {
    return entries(Object.entries(inner.shape), (key, part) => read(part, own(value, key)));
  }
  if (inner instanceof z.ZodRecord) {
    return entries(Object.entries(value), (_, part) => read(inner.valueType, part));
  }
  return undefined;
}

function entries<T>(given: [string, T][], use: (key: string, part: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(given.map(([key, part]) => [key, use(key, part)]).filter(([, part]) => part !== undefined));
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema;
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (group: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(group, key) ? group[key] : undefined;
