/** What became of records that Baton wrote, many at once: the bin is read too, where a merged record names its master. */
import type { CrmStanding } from '../../../contracts/crm-records.ts';
import { composite, everyPage, type Row } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import { personOut, type Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { list } from '../api/soql.ts';

/** Ids of one query, so that its address stays below what the API takes. */
const A_QUERY = 200;
/** Queries of one composite call. */
const A_CALL = 5;

const COLUMNS: Record<Who['object'], string> = {
  Lead: 'Id, IsDeleted, MasterRecordId, OwnerId, IsConverted, ConvertedContactId',
  Contact: 'Id, IsDeleted, MasterRecordId, OwnerId',
};

interface Part {
  object: Who['object'];
  ids: string[];
}

/**
 * By id. What neither is there nor in the bin was deleted for good, or is out of sight of Baton's user: both are deleted to
 * Baton. `queryAll` reads the bin (REST API Developer Guide, "QueryAll").
 */
export function standingsOf(org: Org): (records: readonly Who[]) => Promise<Map<string, CrmStanding>> {
  return async records => {
    const parts = partsOf(records);
    const rows: Row[] = [];
    for (let from = 0; from < parts.length; from += A_CALL) {
      const some = parts.slice(from, from + A_CALL);
      const answers = await composite(
        org,
        some.map(({ object, ids }, at) => {
          const soql = `SELECT ${columnsOf(org, object)} FROM ${object} WHERE Id IN ${list(ids)}`;
          return { method: 'GET', path: `/queryAll?q=${encodeURIComponent(soql)}`, referenceId: `part${from + at}` };
        }),
      );
      for (const answer of answers) rows.push(...(await everyPage(org, answer)));
    }
    const found = new Map(rows.map(row => [to18(String(row.Id)), standingOf(org, row)]));
    return new Map(records.map(({ id }) => [to18(id), found.get(to18(id)) ?? { kind: 'deleted' }]));
  };
}

/** The score only where describe has said that the column is there: an unknown one is refused, and all with it. */
function columnsOf(org: Org, object: Who['object']): string {
  const score = org.fields.lead_score;
  const isThere = typeof score === 'string' && org.schema.of(object)?.has(score.toLowerCase());
  return isThere ? `${COLUMNS[object]}, ${score}` : COLUMNS[object];
}

function partsOf(records: readonly Who[]): Part[] {
  return (['Lead', 'Contact'] as const).flatMap(object => {
    const ids = [...new Set(records.filter(one => one.object === object).map(({ id }) => to18(id)))];
    return Array.from({ length: Math.ceil(ids.length / A_QUERY) }, (_, at) => ({
      object,
      ids: ids.slice(at * A_QUERY, (at + 1) * A_QUERY),
    }));
  });
}

function standingOf(org: Org, row: Row): CrmStanding {
  const master = row.MasterRecordId;
  const object = 'IsConverted' in row ? 'Lead' : 'Contact';
  if (row.IsDeleted === true) {
    return typeof master === 'string' && master !== ''
      ? { kind: 'moved', by: 'merge', now: personOut({ object, id: master }) }
      : { kind: 'deleted' };
  }
  const contact = row.ConvertedContactId;
  if (row.IsConverted === true && typeof contact === 'string') {
    return { kind: 'moved', by: 'conversion', now: personOut({ object: 'Contact', id: contact }) };
  }
  const score = org.fields.lead_score ? row[org.fields.lead_score] : undefined;
  return {
    kind: 'here',
    ...(typeof row.OwnerId === 'string' && { ownerId: to18(row.OwnerId) }),
    ...(typeof score === 'number' && { score }),
  };
}
