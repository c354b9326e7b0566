import { Refusal } from './errors.ts';
import type { Org } from './org.ts';
import type { SfRecord } from './store.ts';

/** The org's duplicate rules: people by address or by name and company, companies by name or website. */

/** What each object is compared with. */
const COMPARED = { Lead: ['Lead', 'Contact'], Contact: ['Contact', 'Lead'], Account: ['Account'] } as const;

type Ruled = keyof typeof COMPARED;
const isRuled = (name: string): name is Ruled => name in COMPARED;

/** @throws Refusal when a rule finds records like this one and is not told to let it pass */
export function checkDuplicates(
  org: Org,
  object: string,
  { before, record, allowDuplicates }: { before?: SfRecord | undefined; record: SfRecord; allowDuplicates: boolean },
): void {
  const { duplicateRule: setting, duplicateRuleFor, duplicateRuleOnUpdate } = org.settings;
  if (setting === 'off' || setting === 'report' || !isRuled(object) || !duplicateRuleFor.includes(object)) return;
  if ((before && !duplicateRuleOnUpdate) || (allowDuplicates && setting !== 'block')) return;
  const hits = COMPARED[object]
    .map(type => ({ type, rows: alike(org, type, record).filter(row => row.Id !== before?.Id) }))
    .filter(one => one.rows.length > 0);
  if (hits.length === 0) return;
  const duplicateResult = {
    allowSave: setting !== 'block',
    duplicateRule: `Standard_${object}_Duplicate_Rule`,
    duplicateRuleEntityType: object,
    errorMessage: 'Use one of these records?',
    matchResults: hits.map(hit => matchResult(org, hit.type, setting === 'hidden' ? [] : hit.rows)),
  };
  // The misspelt key is the vendor's own.
  throw new Refusal(400, 'DUPLICATES_DETECTED', 'Use one of these records?', {
    extra: { duplicateResut: duplicateResult },
  });
}

/** Neither converted leads nor records in the bin are compared. */
function alike(org: Org, type: Ruled, record: SfRecord): SfRecord[] {
  const columns = type === 'Account' ? ['Name', 'Website'] : ['Email'];
  const found = columns.flatMap(name =>
    record[name] ? (org.store.lookup(type, name, [record[name] ?? null]) ?? []) : [],
  );
  const named =
    type === 'Lead' && record.Company ? [...org.store.all('Lead')].filter(row => sameName(row, record)) : [];
  return [...new Set([...found, ...named])].filter(row => row.IsConverted !== true && row.IsDeleted !== true);
}

const lower = (record: SfRecord, name: string): string => String(record[name] ?? '').toLowerCase();

const sameName = (one: SfRecord, other: SfRecord): boolean =>
  ['FirstName', 'LastName', 'Company'].every(name => lower(one, name) === lower(other, name));

function matchResult(org: Org, type: Ruled, rows: SfRecord[]): object {
  return {
    entityType: type,
    errors: [],
    matchEngine: 'FuzzyMatchEngine',
    matchRecords: rows.map(row => ({
      additionalInformation: [],
      fieldDiffs: [],
      matchConfidence: 100,
      record: {
        attributes: { type, url: `/services/data/${org.version}/sobjects/${type}/${row.Id}` },
        Id: row.Id ?? null,
      },
    })),
    rule: `Standard_${type}_Match_Rule_v1_0`,
    size: rows.length,
    success: true,
  };
}
