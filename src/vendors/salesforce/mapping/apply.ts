import type { OrgRules } from '../api/org.ts';
import { present, type Values } from '../api/values.ts';
import type { Prepared } from './prepare.ts';

/** Values to write to one object, and what a new record of it gets where nothing else fills a field. */
export interface Mapped {
  values: Values;
  defaults?: Values;
}

/**
 * Puts the playbook's own mapping over Baton's values: what it names wins. Only records that are made get a record
 * type, a currency and defaults; people may have chosen others since.
 */
export function mapped(rules: OrgRules, write: Prepared, object: string, values: Values, isNew: boolean): Mapped {
  const own = present(write.custom?.[object] ?? {});
  const defaults = present(write.defaults?.[object] ?? {});
  return {
    values: over(isNew ? { ...values, ...ofNew(rules, write, object) } : values, own),
    ...(isNew && Object.keys(defaults).length > 0 && { defaults }),
  };
}

/** Activities take the type and currency of what they are about. */
const TYPED = new Set(['Lead', 'Contact', 'Account', 'Opportunity']);

function ofNew({ currency }: OrgRules, { resolved }: Prepared, object: string): Values {
  if (!TYPED.has(object)) return {};
  const recordType = resolved?.recordTypes[object];
  return {
    ...(recordType !== undefined && { RecordTypeId: recordType }),
    ...(currency !== undefined && { CurrencyIsoCode: currency }),
  };
}

/** Field names are the same in any case: a body must not hold one twice. */
function over(values: Values, own: Values): Values {
  const named = new Set(Object.keys(own).map(name => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(values).filter(([name]) => !named.has(name.toLowerCase()))), ...own };
}

/** The queue that owns a new record of this object, while nobody has it. */
export function queueOf({ resolved, ownerId }: Prepared, object: string): string | undefined {
  const queue = resolved?.queue;
  return ownerId === undefined && queue?.objects.has(object) ? queue.id : undefined;
}
