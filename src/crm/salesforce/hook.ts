/** What an org tells by itself, and asking it how things stand meanwhile. */
import { Unavailable } from '../../lib/errors.ts';
import type { Crm, CrmNews } from '../crm.ts';
import { readErrors, SERVICE, toFailure } from '../salesforce-errors.ts';
import type { Row } from './composite.ts';
import { to18 } from './ids.ts';
import type { Org } from './org.ts';
import { ACCEPTED, readOutbound } from './outbound.ts';

/** Outbound messages of one org. */
export function hook(org: Org): NonNullable<Crm['hook']> {
  let known: string | undefined;
  return {
    read: readOutbound,
    accepted: ACCEPTED,
    // An org never changes its id: one that is known needs no login.
    async organization() {
      known ??= await org.session.organizationId();
      if (known) return to18(known);
      throw new Unavailable('Salesforce did not say which organization this is', {
        service: SERVICE,
        code: 'NO_ORGANIZATION',
      });
    },
  };
}

/** The record as it is now, with every field Baton may see; undefined when it is gone. */
export async function look(org: Org, { object, id }: { object: string; id: string }): Promise<CrmNews | undefined> {
  const answer = await org.session.call({
    method: 'GET',
    url: `${org.base}/sobjects/${encodeURIComponent(object)}/${encodeURIComponent(id)}`,
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: org.clock,
      headers: answer.headers,
    });
  }
  const row = answer.body as Row;
  return row.IsDeleted === true ? undefined : toNews(object, row);
}

/** A record that was asked for: what is null is known to be empty. */
export function toNews(object: string, row: Row): CrmNews {
  const fields = Object.entries(row).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [] : [[name, value === null ? '' : String(value)] as const],
  );
  const id = to18(String(row.Id));
  return { key: `${id}:${String(row.SystemModstamp)}`, record: { object, id }, fields: Object.fromEntries(fields) };
}
