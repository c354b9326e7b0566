/** Reading what describe answers. */
import type { Column, ObjectShape } from './facts.ts';

interface Described {
  name: string;
  label?: string;
  type: string;
  length?: number;
  createable?: boolean;
  updateable?: boolean;
  calculated?: boolean;
  nillable?: boolean;
  defaultedOnCreate?: boolean;
  unique?: boolean;
  externalId?: boolean;
  restrictedPicklist?: boolean;
  picklistValues?: { value: string; active?: boolean }[];
}

interface DescribedType {
  developerName?: string;
  active?: boolean;
  available?: boolean;
  master?: boolean;
}

/** A describe of one object. Booleans are never empty, so none of them is required. */
export function shapeOf(body: unknown): ObjectShape {
  const { fields, recordTypeInfos } = body as { fields?: Described[]; recordTypeInfos?: DescribedType[] };
  return {
    columns: new Map((fields ?? []).map(one => [one.name.toLowerCase(), columnOf(one)])),
    recordTypes: (recordTypeInfos ?? [])
      .filter(one => one.master !== true)
      .map(one => ({
        developerName: one.developerName ?? '',
        active: one.active !== false,
        available: one.available !== false,
      })),
  };
}

function columnOf(one: Described): Column {
  return {
    name: one.name,
    label: one.label ?? one.name,
    type: one.type,
    length: one.length ?? 0,
    createable: one.createable === true,
    updateable: one.updateable === true,
    calculated: one.calculated === true,
    required:
      one.nillable === false && one.defaultedOnCreate !== true && one.createable === true && one.type !== 'boolean',
    unique: one.unique === true,
    externalId: one.externalId === true,
    restricted: one.restrictedPicklist === true,
    values: (one.picklistValues ?? []).filter(({ active }) => active !== false).map(({ value }) => value),
  };
}
