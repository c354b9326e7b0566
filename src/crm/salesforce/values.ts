/** Values of one record, by column. */

export type Values = Record<string, string | number | boolean>;

/** What there is to write. */
export function present(values: Record<string, string | number | undefined>): Values {
  const kept: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' ? !Number.isFinite(value) : !value?.trim()) continue;
    kept[name] = typeof value === 'string' ? harmless(value) : (value ?? '');
  }
  return kept;
}

/** A NUL or half a character makes the whole request unreadable, and `@{` would be read as a reference to another subrequest's answer. */
const harmless = (text: string): string => text.replaceAll('\u0000', '').replaceAll('@{', '@ {').toWellFormed();

export function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
