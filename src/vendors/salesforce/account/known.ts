/** What is there after all, asked only when the org refused: so it costs no other lead a call. */
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { queries, type Row } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { list, quote } from '../api/soql.ts';
import { openDeals } from '../records/candidates.ts';
import { toDeal } from '../records/match.ts';
import { personAmong } from '../records/person.ts';
import type { Attempt, KnownRecords } from './plan.ts';

const NEWEST_FIRST = 'ORDER BY CreatedDate DESC, Id DESC';

/** The newest of these accounts that Baton may see, with its open opportunity. */
export async function accountsAmong(
  org: Org,
  { known }: Attempt,
  ids: readonly string[],
): Promise<(KnownRecords & { account: { id: string; name?: string } }) | undefined> {
  if (ids.length === 0) return undefined;
  const [accounts = [], deals = []] = await queries(org, [
    `SELECT Id, Name FROM Account WHERE Id IN ${list(ids)} ${NEWEST_FIRST}`,
    openDeals(`AccountId IN ${list(ids)}`),
  ]);
  const [row] = accounts;
  if (!row) return undefined;
  const account = { id: to18(String(row.Id)), name: String(row.Name) };
  return { ...withDeal(known, account.id, deals), account };
}

/** Of the records a duplicate rule named, the one that is the person. */
export async function personIs(
  org: Org,
  attempt: Attempt,
  named: readonly { object: string; id: string }[],
): Promise<{ known: KnownRecords; who: Who } | undefined> {
  const { best: who } = await personAmong(org, named, attempt.write.person.email);
  if (!who) return undefined;
  if (who.object === 'Contact') return { who, known: await contactIs(org, attempt, who.id) };
  return { who, known: { ...attempt.known, lead: { id: who.id, own: false } } };
}

/** The person is this contact: its account counts, and what is open there. */
export async function contactIs(org: Org, { known }: Attempt, id: string): Promise<KnownRecords> {
  const where = `Id = ${quote(id)}`;
  const [contacts = [], deals = []] = await queries(org, [
    `SELECT Id, AccountId, Account.Name FROM Contact WHERE ${where}`,
    openDeals(`AccountId IN (SELECT AccountId FROM Contact WHERE ${where})`),
  ]);
  const account = accountOf(contacts[0]);
  const contact = { id, own: false, homeless: account === undefined };
  return account ? { ...withDeal(known, account.id, deals), account, contact } : { ...known, contact };
}

/** What an earlier try of this handoff made; undefined: it made nothing. */
export async function ownRecords(org: Org, { known, write }: Attempt): Promise<KnownRecords | undefined> {
  const where = `WHERE ${org.externalIdField} = ${quote(write.handoffId)}`;
  const [contacts = [], deals = [], accounts = []] = await queries(org, [
    `SELECT Id, AccountId, Account.Name FROM Contact ${where}`,
    `SELECT Id, Name, AccountId, Account.Name FROM Opportunity ${where}`,
    ...(write.isTest ? [`SELECT Id, Name FROM Account ${where}`] : []),
  ]);
  const [contact, deal, ownAccount] = [contacts[0], deals[0], accounts[0]];
  const account = accountOf(deal) ?? accountOf(contact) ?? (ownAccount && toAccount(ownAccount.Id, ownAccount.Name));
  if (!account || !(contact || deal || ownAccount)) return undefined;
  const { openDeal: _open, ...rest } = known;
  return {
    ...(deal ? rest : known),
    account,
    ...(contact && { contact: { id: to18(String(contact.Id)), own: true, homeless: false } }),
    ...(deal && { ownDeal: { id: to18(String(deal.Id)), name: String(deal.Name), earlier: false } }),
  };
}

const toAccount = (id: unknown, name: unknown): { id: string; name?: string } => ({
  id: to18(String(id)),
  ...(typeof name === 'string' && { name }),
});

function accountOf(row: Row | undefined): { id: string; name?: string } | undefined {
  if (typeof row?.AccountId !== 'string') return undefined;
  const account = row.Account as { Name?: unknown } | null | undefined;
  return toAccount(row.AccountId, account?.Name);
}

/** The account's newest open opportunity, unless this handoff has one of its own. */
function withDeal({ openDeal: _known, ...known }: KnownRecords, accountId: string, rows: readonly Row[]): KnownRecords {
  const deals: CrmDeal[] = rows.map(toDeal);
  const openDeal = known.ownDeal ? undefined : deals.find(deal => deal.companyId === accountId);
  return { ...known, ...(openDeal && { openDeal }) };
}
