/** One record brought into Zoho: what it will not take of it is left out and said, so that the rest is written. */
import type { Company } from '../api/company.ts';
import { type Refusal, refused } from '../api/errors.ts';
import type { KnownModule } from '../api/ids.ts';
import type { How, Values } from '../api/save.ts';
import { leftOut } from './values.ts';

export interface Written {
  id: string;
  created: boolean;
  warnings: string[];
  /** The owner that was asked for may own nothing there. */
  ownerRefused?: true;
}

/** What is left out one after the other; each costs a call. */
const MOST_TRIES = 8;

/**
 * Writes it. One call where everything fits. `gone`: there is no such record any more, or it was converted.
 * @param given.what as Zoho calls it
 * @param given.needed fields without which it is nothing
 * @throws Rejected for what it cannot do without
 */
export async function put(
  { save }: Pick<Company, 'save'>,
  module: KnownModule,
  { how, values, what, needed }: { how: How; values: Values; what: string; needed: readonly string[] },
): Promise<Written | 'gone'> {
  const warnings: string[] = [];
  let [now, left, owner]: [How, Record<string, unknown>, { ownerRefused?: true }] = [how, { ...values }, {}];
  for (let tries = 0; ; tries += 1) {
    const saved = await save(module, now, left);
    if (saved.ok) return { id: saved.id, created: saved.created && now.kind !== 'update', warnings, ...owner };
    const { refusal } = saved;
    if (now.kind === 'update' && isGone(refusal)) return 'gone';
    const field = refusal.details?.api_name ?? '';
    const twin = twinIn(refusal);
    if (tries >= MOST_TRIES || !(field in left)) throw refused(refusal);
    if (refusal.code === 'DUPLICATE_DATA' && twin && now.kind !== 'update') {
      // A field the organization keeps unique: somebody made this very record meanwhile.
      now = { kind: 'update', id: twin };
      left = without(left, [field, ...(now.kind === 'update' && how.kind === 'upsert' ? how.by : [])]);
      continue;
    }
    if (needed.includes(field) || refusal.code === 'MANDATORY_NOT_FOUND') throw refused(refusal);
    if (field === 'Owner') owner = { ownerRefused: true };
    warnings.push(
      field === 'Owner'
        ? `Zoho CRM did not take the owner Baton named (${refusal.message}): it belongs to Baton’s own user.`
        : leftOut(left[field], field.replaceAll('_', ' '), what),
    );
    left = without(left, [field]);
  }
}

const without = (values: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

/** The record that has the value which must be one's own. */
function twinIn({ details }: Refusal): string | undefined {
  const other = (details?.duplicate_record as { id?: unknown } | undefined)?.id ?? details?.id;
  return typeof other === 'string' ? other : undefined;
}

/** Deleted, merged away, or a lead that was converted. */
const isGone = ({ code, details }: Refusal): boolean =>
  code === 'ID_ALREADY_CONVERTED' || (code === 'INVALID_DATA' && details?.api_name === 'id');
