/**
 * Whose turn it is, exactly fair for any weights (the quota method of apportionment). Pure.
 *
 * Everybody in a team has a `credit`: turns owed to them. A turn gives each one who is available their share (weight over the
 * weights of all who are available) and takes 1 from whoever gets it. Among those who are owed something, the one whose credit
 * would first reach a full turn is next; so long as the same people are available with the same weights, nobody is ever a
 * whole turn away from the ideal, in either direction. Those away neither grow nor pay: they come back to the member
 * they left. When people come and go a turn may slip further, but never builds up (rotation.test.ts measures it).
 */
import { counted } from '../lib/english.ts';

export interface RotationMember {
  email: string;
  /** Share of the turns, relative to the others; round robin gives everybody 1. */
  weight: number;
  /** Turns owed; a new member starts at 0. */
  credit: number;
  /** May take a turn now. */
  available: boolean;
}

export interface RankedMember {
  email: string;
  /** Turns owed in this very turn, compared with the others who are available. */
  credit: number;
  /** Against their share, in words: "2 leads behind". Fractions are for files: nobody says them of a person. */
  standing: string;
}

/** Credits are stored as doubles: what lies below this is rounding, not a debt. */
const TINY = 1e-9;
/** Less than this of a lead is not worth a word. */
const EVEN = 0.005;
/** From here on it is called a lead. */
const WHOLE = 0.75;

/**
 * Everybody who is available, the next first. Equals keep the order they are given in.
 *
 * Only differences among those available count: what they together owe those away, or are owed by them, is set aside by
 * weight, and is settled when those away are back.
 */
export function rotationOrder(members: readonly RotationMember[]): RankedMember[] {
  const available = members.filter(member => member.available);
  const shares = sharesOf(available);
  const surplus = sum(available.map(member => member.credit));
  const order = available.map((member, index) => {
    const share = shares[index] ?? 0;
    return ranked(member.email, member.credit + share - surplus * share, share);
  });
  order.sort((one, other) => one.waits - other.waits || one.deadline - other.deadline);
  return order.map(({ email, credit }) => ({ email, credit, standing: standingText(credit) }));
}

/**
 * Everybody's credit after `taken` got a turn, whether or not it was theirs; somebody not available counts as available for it.
 * `limit` keeps a choice made by another measure (fewest open) from piling up debts nobody means to settle.
 */
export function chargeTurn(
  members: readonly RotationMember[],
  taken: string,
  limit = Number.POSITIVE_INFINITY,
): Record<string, number> {
  return withTurns(members, taken, 1, limit);
}

/** Everybody's credit after a turn was handed back: the exact undoing of `chargeTurn` among the same people. */
export function returnTurn(
  members: readonly RotationMember[],
  from: string,
  limit = Number.POSITIVE_INFINITY,
): Record<string, number> {
  return withTurns(members, from, -1, limit);
}

function withTurns(
  members: readonly RotationMember[],
  email: string,
  turns: 1 | -1,
  limit: number,
): Record<string, number> {
  const settled = balanced(members);
  if (!members.some(member => member.email === email)) return creditsOf(settled, limit);
  const sharing = settled.filter(member => member.available || member.email === email);
  const shares = new Map(sharesOf(sharing).map((share, index) => [sharing[index]?.email, share]));
  return creditsOf(
    settled.map(member => ({
      email: member.email,
      credit: member.credit + turns * ((shares.get(member.email) ?? 0) - (member.email === email ? 1 : 0)),
    })),
    limit,
  );
}

/**
 * Credits always add up to nothing. When somebody left the team their account is closed by all who stay, by weight;
 * those away included, for they were part of it. Rounding of long runs is evened out the same way.
 */
function balanced(members: readonly RotationMember[]): readonly RotationMember[] {
  const left = sum(members.map(member => member.credit));
  if (Math.abs(left) <= TINY) return members;
  const shares = sharesOf(members);
  return members.map((member, index) => ({ ...member, credit: member.credit - left * (shares[index] ?? 0) }));
}

/** `waits`: turns until something is owed, 0 for those who may go now. `deadline`: turns until a full one is owed. */
function ranked(email: string, exact: number, share: number) {
  const credit = rounded(exact);
  return {
    email,
    credit,
    waits: credit > 0 ? 0 : rounded((TINY - credit) / share),
    deadline: rounded((1 - credit) / share),
  };
}

function sharesOf(members: readonly RotationMember[]): number[] {
  const weights = members.map(member => Math.max(member.weight, 0));
  const total = sum(weights);
  return weights.map(weight => (total > 0 ? weight / total : 1 / members.length));
}

function creditsOf(members: readonly { email: string; credit: number }[], limit: number): Record<string, number> {
  return Object.fromEntries(
    members.map(({ email, credit }) => [
      email,
      Math.max(-limit, Math.min(limit, Math.abs(credit) < TINY ? 0 : credit)),
    ]),
  );
}

function standingText(credit: number): string {
  const distance = Math.abs(credit);
  if (distance < EVEN) return 'even with the others';
  const amount = distance < WHOLE ? 'slightly' : counted(Math.round(distance), 'lead');
  return `${amount} ${credit > 0 ? 'behind' : 'ahead'}`;
}

function rounded(value: number): number {
  return Math.round(value / TINY) * TINY;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
