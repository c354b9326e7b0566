import { Rejected } from '../../lib/errors.ts';
import { readErrors, SERVICE, toFailure, type VendorError } from '../salesforce-errors.ts';
import { to18 } from './ids.ts';
import type { Org } from './org.ts';
import { quote } from './soql.ts';

/** A person's record. */
export interface Who {
  object: 'Lead' | 'Contact';
  id: string;
}

/** A merge of merges of conversions; more is a circle. */
const MOST_HOPS = 5;

/** What an activity is answered whose person was merged, converted or deleted. */
const GONE = new Set(['CANNOT_UPDATE_CONVERTED_LEAD', 'ENTITY_IS_DELETED']);

/** Does a refusal of an activity say that the person's record is not there any more? */
export const isGone = (errors: readonly VendorError[]): boolean => errors.some(error => GONE.has(error.errorCode));

/**
 * Where a person is kept now whose record was merged or converted.
 * @throws Rejected when the record was deleted for good
 */
export async function successorOf(org: Org, gone: Who): Promise<Who> {
  const now = await whereNow(org, gone);
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
export async function whereNow(org: Org, known: Who): Promise<Who | undefined> {
  let who = known;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const next = await step(org, who);
    if (next === 'here') return who;
    if (!next) return undefined;
    who = next;
  }
  return undefined;
}

/** One hop further; undefined: it leads nowhere. Records in the bin are asked for too. */
async function step(org: Org, who: Who): Promise<Who | 'here' | undefined> {
  const more = who.object === 'Lead' ? ', IsConverted, ConvertedContactId' : '';
  const soql = `SELECT Id, IsDeleted, MasterRecordId${more} FROM ${who.object} WHERE Id = ${quote(who.id)}`;
  const answer = await org.session.call({ method: 'GET', url: `${org.base}/queryAll?q=${encodeURIComponent(soql)}` });
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: org.clock,
      headers: answer.headers,
    });
  }
  const [row] = (answer.body as { records?: Record<string, unknown>[] }).records ?? [];
  if (!row) return undefined;
  if (row.IsDeleted === true) return reference(who.object, row.MasterRecordId);
  return row.IsConverted === true ? reference('Contact', row.ConvertedContactId) : 'here';
}

function reference(object: Who['object'], id: unknown): Who | undefined {
  return typeof id === 'string' && id !== '' ? { object, id: to18(id) } : undefined;
}
