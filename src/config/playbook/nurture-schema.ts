/** The shape of the playbook's `nurture`: by source, the place there where it keeps in touch with people by itself. */
import { z } from 'zod';
import { NURTURE_KINDS, type NurtureKind, type NurturePlace } from '../../domain/nurture.ts';
import { text } from './values.ts';
import type { PlaybookVendors } from './vendors.ts';

const place = z.strictObject({
  list: text.optional(),
  campaign: text.optional(),
  automation: text.optional(),
  property: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^=]+$/, 'must be the name of a property')
    .optional(),
  value: text.optional(),
});
type WrittenPlace = z.input<typeof place>;

const WRITTEN: Record<NurtureKind, string> = {
  list: '{ list: … }',
  campaign: '{ campaign: … }',
  automation: '{ automation: … }',
  property: '{ property: …, value: … }',
};

/** Sources that nurture nobody are no keys of it. */
export function nurtureOf({ sources }: PlaybookVendors) {
  const sections = Object.entries(sources).flatMap(([name, { nurture: kinds }]) =>
    kinds === undefined ? [] : [[name, placeOf(kinds).optional()] as const],
  );
  return z.strictObject(Object.fromEntries(sections)).default({});
}

function placeOf(kinds: readonly NurtureKind[]) {
  const error = `must be ${kinds.map(kind => WRITTEN[kind]).join(' or ')}`;
  return place.refine(given => nurturePlaceOf(given, kinds) !== undefined, { error });
}

/** The one place that is written; undefined: none, or more than one. Pure. */
export function nurturePlaceOf(
  given: WrittenPlace | undefined,
  kinds: readonly NurtureKind[] = NURTURE_KINDS,
): NurturePlace | undefined {
  const [kind, ...more] = NURTURE_KINDS.filter(one => given?.[one] !== undefined);
  const [name, value] = [kind && given?.[kind], given?.value];
  if (!kind || name === undefined || more.length > 0 || !kinds.includes(kind)) return undefined;
  if ((kind === 'property') !== (value !== undefined)) return undefined;
  return { kind, name, ...(value !== undefined && { value }) };
}
