import type { Row } from '../api/composite.ts';
import { queries } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { list, quote } from '../api/soql.ts';
import { isOpenStatus } from '../api/status.ts';
import { currentRecord } from './relocated.ts';

/** Which of several records is this person's? Asked only when the org refused, so that it costs no other lead a call. */

export interface Found {
  /** Records of the person, the best first: open leads, contacts (those of converted leads too), nameless ones. */
  best: Who | undefined;
  /** A closed lead of the person, when there is nothing better. */
  closed: Who | undefined;
  /** How many records of this person were seen. */
  count: number;
  /** Records that only look alike: another address stands in them. */
  others: Who[];
}

const LEAD = 'SELECT Id, Email, Status, IsConverted, ConvertedContactId, CreatedDate FROM Lead WHERE';
const CONTACT = 'SELECT Id, Email, CreatedDate FROM Contact WHERE';
const NEWEST_FIRST = 'ORDER BY CreatedDate DESC, Id DESC';

/** The person among records that the org named; those Baton may not see are left out. */
export async function personAmong(
  org: Org,
  named: readonly { object: string; id: string }[],
  email: string,
): Promise<Found> {
  const ids = (object: string) => named.filter(one => one.object === object).map(one => to18(one.id));
  const [leads, contacts] = [ids('Lead'), ids('Contact')];
  return look(org, email, {
    ...(leads.length > 0 && { leads: `Id IN ${list(leads)}` }),
    ...(contacts.length > 0 && { contacts: `Id IN ${list(contacts)}` }),
  });
}

/** The person by address. */
export async function personByEmail(org: Org, email: string): Promise<Found> {
  if (email.trim() === '') return { best: undefined, closed: undefined, count: 0, others: [] };
  const where = `Email = ${quote(email.trim())}`;
  return look(org, email, { leads: where, contacts: where });
}

async function look(org: Org, email: string, where: { leads?: string; contacts?: string }): Promise<Found> {
  const soql = [
    ...(where.leads ? [`${LEAD} ${where.leads} ${NEWEST_FIRST}`] : []),
    ...(where.contacts ? [`${CONTACT} ${where.contacts} ${NEWEST_FIRST}`] : []),
  ];
  const rows = await queries(org, soql);
  const leads = where.leads ? (rows[0] ?? []) : [];
  const contacts = where.contacts ? (rows.at(-1) ?? []) : [];
  return choose(org, email.trim().toLowerCase(), leads, contacts);
}

const who = (object: Who['object'], row: Row): Who => ({ object, id: to18(String(row.Id)) });
const addressOf = (row: Row): string => (typeof row.Email === 'string' ? row.Email.trim().toLowerCase() : '');

async function choose(org: Org, email: string, leads: Row[], contacts: Row[]): Promise<Found> {
  // A record without an address contradicts nothing: the rule that named it knew the name and the company.
  const isSame = (row: Row) => addressOf(row) === email || addressOf(row) === '';
  const mine = leads.filter(isSame);
  const open = mine.filter(row => row.IsConverted !== true && isOpenStatus(row.Status)).sort(addressFirst);
  const known = contacts.filter(isSame).sort(addressFirst);
  const closed = mine.find(row => row.IsConverted !== true && !isOpenStatus(row.Status));
  const seen = { closed: closed && who('Lead', closed), count: mine.length + known.length };
  const others = [
    ...leads.filter(row => !isSame(row)).map(row => who('Lead', row)),
    ...contacts.filter(row => !isSame(row)).map(row => who('Contact', row)),
  ];
  const [lead, contact] = [open[0], known[0]];
  if (lead) return { ...seen, others, best: who('Lead', lead) };
  if (contact) return { ...seen, others, best: who('Contact', contact) };
  const converted = mine.find(row => row.IsConverted === true);
  return { ...seen, others, best: converted && (await currentRecord(org, who('Lead', converted))) };
}

/** Rows come newest first; one that has the address goes before one that has none. */
const addressFirst = (a: Row, b: Row): number => Number(addressOf(a) === '') - Number(addressOf(b) === '');
