/** Takes away what a test handoff made. */
import type { Company } from '../api/company.ts';
import { HANDOFF_FIELD } from '../api/company.ts';
import { quoted } from '../api/coql.ts';
import { failure } from '../api/errors.ts';
import { type KnownModule, placeOf } from '../api/ids.ts';
import { idRow } from '../api/rows.ts';
import { fieldNamed } from '../api/schema.ts';

/** Only what carries this handoff's id, and the activities on it. Some ten calls. */
export function remover(company: Company): (handoffId: string) => Promise<void> {
  return async handoffId => {
    const [task, account] = await Promise.all(
      ['activity:', 'account of:'].map(kind => company.effects.made(`${kind}${handoffId}`)),
    );
    for (const module of ['Deals', 'Leads', 'Contacts'] as const) {
      for (const id of await madeFor(company, module, handoffId)) {
        await removeActivities(company, module === 'Contacts' ? 'Who_Id' : 'What_Id', id);
        await remove(company, module, id);
      }
    }
    if (task) {
      const { module, number } = placeOf({ kind: 'activity', id: task });
      await remove(company, module, number);
    }
    if (account) await remove(company, 'Accounts', account);
  };
}

async function madeFor({ client, schema }: Company, module: KnownModule, handoffId: string): Promise<string[]> {
  const key = fieldNamed(await schema.fields(module), HANDOFF_FIELD)?.api_name;
  if (!key) return [];
  const rows = await client.coql(`select id from ${module} where ${key} = ${quoted(handoffId)}`, idRow);
  return rows.map(({ id }) => id);
}

/** Activities may outlive what they are about. */
async function removeActivities(company: Company, link: 'What_Id' | 'Who_Id', id: string): Promise<void> {
  for (const module of ['Tasks', 'Calls'] as const) {
    const rows = await company.client.coql(`select id from ${module} where ${link} = ${quoted(id)}`, idRow);
    for (const row of rows) await remove(company, module, row.id);
  }
}

/** Gone already is as good. */
async function remove({ client }: Company, module: KnownModule, id: string): Promise<void> {
  const answer = await client.send({ method: 'DELETE', path: `/${module}/${encodeURIComponent(id)}` });
  if (answer.status >= 300 && answer.status !== 400 && answer.status !== 404) throw failure(answer, client.now());
}
