import { Rejected } from '../../../lib/errors.ts';
import { composite, queries, type Row, type Subanswer } from '../api/composite.ts';
import { readErrors, toFailure } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import { list, quote } from '../api/soql.ts';

/** Takes away what a test left in the org; two calls at most. What people made or merged with their own stays. */
export function remover(org: Org): (handoffId: string) => Promise<void> {
  return async handoffId => {
    const { externalIdField: key, session } = org;
    const is = `${key} = ${quote(handoffId)}`;
    const selectFrom = (object: string) => `SELECT Id, CreatedById, ${key}, AccountId FROM ${object} WHERE`;
    const leftOfLead = [
      `SELECT Id, CreatedById FROM Task WHERE ${key} IN ${list([handoffId, `${handoffId}:note`])}`,
      `SELECT Id, CreatedById FROM Lead WHERE ${is} AND IsConverted = false`,
    ];
    const leftAround = [
      `${selectFrom('Contact')} ${is} OR Account.${is}`,
      `${selectFrom('Opportunity')} ${is} OR Account.${is}`,
      `SELECT Id, CreatedById FROM Account WHERE ${is}`,
    ];
    const [tasks = [], leads = [], contacts = [], deals = [], accounts = []] = await queries(org, [
      ...leftOfLead,
      ...leftAround,
    ]).catch(error => {
      // Where these objects have no key, nothing was ever made of them.
      if (error instanceof Rejected && error.code === 'INVALID_FIELD') return queries(org, leftOfLead);
      throw error;
    });
    const own = await session.userId();
    const isOwn = (row: Row) => own !== undefined && to18(String(row.CreatedById)) === to18(own);
    const isMade = (row: Row) => isOwn(row) && row[key] === handoffId;
    // What people hung on a test's account keeps it.
    const isShared = [...contacts, ...deals].some(row => !isMade(row));
    const paths = [
      ...of('Task', tasks.filter(isOwn)),
      // Tasks on a lead go to the bin with it.
      ...of('Lead', leads.filter(isOwn)),
      ...of('Opportunity', deals.filter(isMade)),
      ...of('Contact', contacts.filter(isMade)),
      ...of('Account', isShared ? [] : accounts.filter(isOwn)),
    ];
    if (paths.length === 0) return;
    const answers = await composite(
      org,
      paths.map((path, at) => ({ method: 'DELETE', path, referenceId: `gone${at}` })),
    );
    for (const answer of answers) check(org, answer);
  };
}

const of = (object: string, rows: readonly Row[]): string[] =>
  rows.map(row => `/sobjects/${object}/${encodeURIComponent(String(row.Id))}`);

const GONE_ALREADY = new Set(['ENTITY_IS_DELETED', 'NOT_FOUND']);

function check(org: Org, { status, body }: Subanswer): void {
  if (status >= 200 && status < 300) return;
  const errors = readErrors(status, body);
  if (errors.every(error => GONE_ALREADY.has(error.errorCode))) return;
  throw toFailure(status, errors, { clock: org.clock });
}
