import { Rejected } from '../../../lib/errors.ts';
import { composite, queries, type Row, type Subanswer, type Subrequest } from '../api/composite.ts';
import { readErrors, refusalWords, toFailure } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { remembered } from './remember.ts';

/** Campaigns and their members. */

export interface Campaign {
  id: string;
  name: string;
  /** The statuses its members may have, and how far each is. */
  statuses: ReadonlyMap<string, number>;
}

/** Somebody who is to be a member, with the status the playbook wants. */
export interface Membership {
  campaign: Campaign;
  status: string;
}

export interface Member {
  object: 'Lead' | 'Contact';
  /** An id, or the reference to another subrequest's answer. */
  id: string;
}

/** Campaigns by name, the active first and then the newest: one call an hour and name. */
export function campaigns(org: Org): (name: string) => Promise<Campaign | undefined> {
  return remembered(org, async name => {
    const [found = [], statuses = []] = await queries(org, [
      `SELECT Id, Name FROM Campaign WHERE Name = ${quote(name)} ORDER BY IsActive DESC, CreatedDate DESC, Id DESC LIMIT 1`,
      `SELECT CampaignId, Label, SortOrder, HasResponded FROM CampaignMemberStatus WHERE Campaign.Name = ${quote(name)}`,
    ]);
    const [row] = found;
    if (!row) return undefined;
    const id = to18(String(row.Id));
    const own = statuses.filter(one => to18(String(one.CampaignId)) === id);
    return { id, name: String(row.Name), statuses: new Map(own.map(one => [String(one.Label), rank(one)])) };
  });
}

/** Whoever responded is further than whoever did not; among equals the org's own order counts. */
function rank({ HasResponded, SortOrder }: Row): number {
  return (HasResponded === true ? 1_000_000 : 0) + Number(SortOrder ?? 0);
}

/** A status the campaign does not have would silently become its default one. */
export function statusNote({ campaign, status }: Membership): string[] {
  if (campaign.statuses.size === 0 || statusIn(campaign, status) !== undefined) return [];
  return [`The campaign "${campaign.name}" has no member status "${status}": its own default was taken.`];
}

function statusIn({ statuses }: Campaign, status: string): string | undefined {
  return [...statuses.keys()].find(one => one.toLowerCase() === status.toLowerCase());
}

/** Makes somebody a member, in the same composite as the record. */
export function memberRequest({ campaign, status }: Membership, who: Member, referenceId: string): Subrequest {
  const known = statusIn(campaign, status);
  return {
    method: 'POST',
    path: '/sobjects/CampaignMember',
    referenceId,
    body: { CampaignId: campaign.id, [`${who.object}Id`]: who.id, ...(known !== undefined && { Status: known }) },
  };
}

/** Somebody who is a member already is one: then only the status moves, and only forward. Answers what is to be told. */
export async function settleMember(org: Org, wanted: Membership, who: Member, answer: Subanswer): Promise<string[]> {
  if (answer.status < 300) return statusNote(wanted);
  const errors = readErrors(answer.status, answer.body);
  if (errors.some(isMemberAlready)) return moveForward(org, wanted, who);
  return unlessRejected(org, wanted, answer);
}

/** "Already a campaign member." */
const isMemberAlready = ({ errorCode }: { errorCode: string }): boolean => errorCode === 'DUPLICATE_VALUE';

async function moveForward(org: Org, wanted: Membership, who: Member): Promise<string[]> {
  const { campaign, status } = wanted;
  const target = statusIn(campaign, status);
  if (target === undefined) return statusNote(wanted);
  const [rows = []] = await queries(org, [
    `SELECT Id, Status FROM CampaignMember WHERE CampaignId = ${quote(campaign.id)} AND ${who.object}Id = ${quote(who.id)}`,
  ]);
  const [member] = rows;
  const rankOf = (one: string) => campaign.statuses.get(one) ?? 0;
  if (!member || rankOf(target) <= rankOf(String(member.Status))) return [];
  const [answer] = await composite(org, [
    {
      method: 'PATCH',
      path: `/sobjects/CampaignMember/${encodeURIComponent(String(member.Id))}`,
      referenceId: 'member',
      body: { Status: target },
    },
  ]);
  return answer && answer.status >= 300 ? unlessRejected(org, wanted, answer) : [];
}

/** The record is in: a membership the org will not have is a warning, one it cannot take now is tried again. */
function unlessRejected(org: Org, { campaign }: Membership, answer: Subanswer): string[] {
  const failure = toFailure(answer.status, readErrors(answer.status, answer.body), { clock: org.clock });
  if (!(failure instanceof Rejected)) throw failure;
  return [`The person could not be added to the campaign "${campaign.name}" (${refusalWords([failure])}).`];
}
