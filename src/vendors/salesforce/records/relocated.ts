import { Rejected } from '../../../lib/errors.ts';
import { composite, everyPage, type Row } from '../api/composite.ts';
import { SERVICE, type VendorError } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';

/** A record whose fate is asked: a person's, or what it hangs on. */
export interface KnownRecord {
  object: keyof typeof TRACES;
  id: string;
}

/** What came of a record; undefined: it was deleted for good, or is out of Baton's sight. */
export type Fate = { kind: 'here' } | { kind: 'became'; now: KnownRecord } | undefined;

/** What says of a record that it went elsewhere: deals are not merged. */
const TRACES = {
  Lead: ', MasterRecordId, IsConverted, ConvertedContactId',
  Contact: ', MasterRecordId',
  Account: ', MasterRecordId',
  Opportunity: '',
};

/** A merge of merges of conversions; more is a circle. */
const MOST_HOPS = 5;

/** What an activity is answered whose person was merged, converted or deleted. */
const DELETED_OR_CONVERTED = new Set(['CANNOT_UPDATE_CONVERTED_LEAD', 'ENTITY_IS_DELETED']);

/**
 * What a record is answered that hangs on one which is gone, or out of sight: which of its links, is hardly ever said.
 * In the bin: deleted; out of the bin: no access.
 */
const UNLINKABLE = new Set([
  ...DELETED_OR_CONVERTED,
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'INVALID_CROSS_REFERENCE_KEY',
]);

/** May a refusal mean that something the record hangs on is not there any more? */
export const isUnlinkable = ({ errorCode }: VendorError): boolean => UNLINKABLE.has(errorCode);

/** Does a refusal of an activity say that the person's record is not there any more? */
export const isDeletedOrConverted = (errors: readonly VendorError[]): boolean =>
  errors.some(error => DELETED_OR_CONVERTED.has(error.errorCode));

/**
 * Where a person is kept now whose record was merged or converted.
 * @throws Rejected when the record was deleted for good
 */
export async function relocatedPerson(org: Org, gone: Who): Promise<Who> {
  const now = await currentRecord(org, gone);
  if (now && now.id !== gone.id) return now;
  throw new Rejected(`Salesforce: the ${gone.object} of this person was deleted`, {
    service: SERVICE,
    code: 'ENTITY_IS_DELETED',
  });
}

/**
 * Where a person is kept now, the record itself while it is still in use; undefined when it was deleted. A merged
 * record stays in the bin and names its master (MasterRecordId), a converted lead names its contact.
 */
export async function currentRecord(org: Org, known: Who): Promise<Who | undefined> {
  let who = known;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const next = await step(org, who);
    if (next === 'here') return who;
    if (!next) return undefined;
    who = next;
  }
  return undefined;
}

/** One hop further; undefined: it leads nowhere. */
async function step(org: Org, who: Who): Promise<Who | 'here' | undefined> {
  const [fate] = await fatesOf(org, [who]);
  if (fate?.kind !== 'became') return fate && 'here';
  const { object, id } = fate.now;
  return object === 'Lead' || object === 'Contact' ? { object, id } : undefined;
}

/** What came of each of up to five records, those in the bin included, in one call. */
export async function fatesOf(org: Org, records: readonly KnownRecord[]): Promise<Fate[]> {
  const answers = await composite(
    org,
    records.map(({ object, id }, at) => {
      const soql = `SELECT Id, IsDeleted${TRACES[object]} FROM ${object} WHERE Id = ${quote(id)}`;
      return { method: 'GET', path: `/queryAll?q=${encodeURIComponent(soql)}`, referenceId: `fate${at}` };
    }),
  );
  const fates: Fate[] = [];
  for (const [at, { object }] of records.entries()) {
    const answer = answers[at];
    const [row] = answer ? await everyPage(org, answer) : [];
    fates.push(row && fateOf(object, row));
  }
  return fates;
}

/** A merged record stays in the bin and names its master (MasterRecordId), a converted lead names its contact. */
function fateOf(object: KnownRecord['object'], row: Row): Fate {
  if (row.IsDeleted === true) return became(object, row.MasterRecordId);
  return row.IsConverted === true ? became('Contact', row.ConvertedContactId) : { kind: 'here' };
}

function became(object: KnownRecord['object'], id: unknown): Fate {
  return typeof id === 'string' && id !== '' ? { kind: 'became', now: { object, id: to18(id) } } : undefined;
}
