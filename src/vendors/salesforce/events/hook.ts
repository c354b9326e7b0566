/** What an org tells by itself, and asking it how things stand meanwhile. */
import type { CrmHook } from '../../../contracts/crm-events.ts';
import { Unavailable } from '../../../lib/errors.ts';
import type { Row } from '../api/composite.ts';
import { readErrors, SERVICE, toFailure } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import { messageOut, type OrgEvent, type OrgRecord } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { ACCEPTED, readOutbound } from './outbound.ts';
import { BY_BATON } from './parse.ts';

/** Outbound messages of one org. */
export function hook(org: Org): CrmHook {
  return {
    read: ({ body }) => messageOut(readOutbound(body)),
    accepted: ACCEPTED,
    // Asked every time: somebody may have logged in to another org.
    async tenant() {
      const known = await org.session.organizationId();
      if (known) return to18(known);
      throw new Unavailable('Salesforce did not say which organization this is', {
        service: SERVICE,
        code: 'NO_ORGANIZATION',
      });
    },
  };
}

/** Asked for in a query, which alone names people: whose it is, who changed it last, and how it stands. */
const OWNERSHIP =
  'Id, SystemModstamp, OwnerId, Owner.Name, LastModifiedById, LastModifiedBy.Name, LastModifiedBy.UserType, LastModifiedDate';
export const RECORDS = {
  Lead: `SELECT ${OWNERSHIP}, Status, IsConverted, ConvertedContactId, ConvertedOpportunityId FROM Lead WHERE `,
  Opportunity: `SELECT ${OWNERSHIP}, StageName, IsWon, IsClosed FROM Opportunity WHERE `,
  Contact: `SELECT ${OWNERSHIP} FROM Contact WHERE `,
} as const;

function isOwned(object: string): object is keyof typeof RECORDS {
  return Object.hasOwn(RECORDS, object);
}

/** The record as it is now, with what Baton reads of it; undefined when it is gone. */
export async function look(org: Org, { object, id }: OrgRecord): Promise<OrgEvent | undefined> {
  const path = isOwned(object)
    ? `/query?q=${encodeURIComponent(`${RECORDS[object]}Id = ${quote(id)}`)}`
    : `/sobjects/${encodeURIComponent(object)}/${encodeURIComponent(id)}`;
  const answer = await org.session.call({ method: 'GET', url: `${org.base}${path}` });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: org.clock,
      headers: answer.headers,
    });
  }
  const row = isOwned(object) ? firstOf(answer.body) : (answer.body as Row);
  return row === undefined || row.IsDeleted === true ? undefined : toEvent(object, row, await org.session.userId());
}

/** Half an answer must never look like "gone". */
function firstOf(body: unknown): Row | undefined {
  const records = (body as { records?: unknown } | null)?.records;
  if (Array.isArray(records)) return records[0] as Row | undefined;
  throw new Unavailable('Salesforce answered a query without records', { service: SERVICE, code: 'UNREADABLE' });
}

/**
 * A record that was asked for: what is null is known to be empty, and what another record says is named with it.
 * @param self Baton's own user
 */
export function toEvent(object: string, row: Row, self?: string): OrgEvent {
  const fields = Object.entries(row).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'object' || value === null) return [[name, value === null ? '' : String(value)]];
    return name === 'attributes' ? [] : textsOf(name, value as Row);
  });
  const id = to18(String(row.Id));
  const by = row.LastModifiedById;
  const mine = self !== undefined && typeof by === 'string' && to18(by) === to18(self);
  return {
    key: `${id}:${String(row.SystemModstamp)}:${comparedIn(row)}`,
    record: { object, id },
    fields: { ...Object.fromEntries(fields), ...(mine && { [BY_BATON]: 'true' }) },
  };
}

/** What a change is recognised by. */
const COMPARED = ['OwnerId', 'Status', 'StageName', 'IsConverted', 'IsClosed', 'IsWon', 'IsDeleted', 'WhoId', 'WhatId'];

/**
 * The org stamps whole seconds (SOAP API Developer Guide, "System Fields"): what changes twice within one has one stamp,
 * and only its values tell the two apart.
 */
function comparedIn(row: Row): string {
  return COMPARED.map(name => (row[name] == null ? '' : String(row[name]))).join('|');
}

function textsOf(name: string, other: Row): [string, string][] {
  return Object.entries(other).flatMap(([field, value]) =>
    typeof value === 'string' ? [[`${name}.${field}`, value] as [string, string]] : [],
  );
}
