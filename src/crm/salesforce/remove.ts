import { readErrors, toFailure } from '../salesforce-errors.ts';
import { composite, queries, type Subanswer } from './composite.ts';
import { to18 } from './ids.ts';
import type { Org } from './org.ts';
import { quote } from './soql.ts';

/** Takes away what a test left in the org; two calls at most. What people made or merged with their own stays. */
export function remover(org: Org): (handoffId: string) => Promise<void> {
  return async handoffId => {
    const { externalIdField: key, session } = org;
    const where = `WHERE ${key} = ${quote(handoffId)}`;
    const [tasks = [], leads = []] = await queries(org, [
      `SELECT Id, CreatedById FROM Task ${where}`,
      `SELECT Id, CreatedById FROM Lead ${where} AND IsConverted = false`,
    ]);
    const own = await session.userId();
    const paths = [
      ...tasks.map(row => ({ object: 'Task', row })),
      // Tasks on a lead go to the bin with it.
      ...leads.map(row => ({ object: 'Lead', row })),
    ]
      .filter(({ row }) => own !== undefined && to18(String(row.CreatedById)) === to18(own))
      .map(({ object, row }) => `/sobjects/${object}/${encodeURIComponent(String(row.Id))}`);
    if (paths.length === 0) return;
    const answers = await composite(
      org,
      paths.map((path, at) => ({ method: 'DELETE', path, referenceId: `gone${at}` })),
    );
    for (const answer of answers) check(org, answer);
  };
}

const GONE_ALREADY = new Set(['ENTITY_IS_DELETED', 'NOT_FOUND']);

function check(org: Org, { status, body }: Subanswer): void {
  if (status >= 200 && status < 300) return;
  const errors = readErrors(status, body);
  if (errors.every(error => GONE_ALREADY.has(error.errorCode))) return;
  throw toFailure(status, errors, { clock: org.clock });
}
