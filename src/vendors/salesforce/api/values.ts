import type { CrmFields } from '../../../contracts/crm.ts';

/** Values of one record, by column; null empties it. */
export type Values = Record<string, string | number | boolean | null>;

/** What there is to write; a record that is there may have something emptied. */
export function present(values: CrmFields, { empties = false }: { empties?: boolean } = {}): Values {
  const kept: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (value === null && !empties)) continue;
    if (typeof value === 'number' && !Number.isFinite(value)) continue;
    if (typeof value === 'string' && !value.trim()) continue;
    kept[name] = typeof value === 'string' ? harmless(value) : value;
  }
  return kept;
}

/** A NUL or half a character makes the whole request unreadable, and `@{` would be read as a reference to another subrequest's answer. */
const harmless = (text: string): string => text.replaceAll('\u0000', '').replaceAll('@{', '@ {').toWellFormed();

export function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
