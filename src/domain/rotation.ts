/**
 * Whose turn it is, exactly fair for any weights (the quota method of apportionment). Pure.
 *
 * Everybody in a team has a `lag`: turns owed to them. A turn gives each one who is here their share (weight over the
 * weights of all who are here) and takes 1 from whoever gets it. Among those who are owed something, the one whose lag
 * would first reach a full turn is next; so long as the same people are here with the same weights, nobody is ever a
 * whole turn away from the ideal, in either direction. Those away neither grow nor pay: they come back to the place
 * they left. When people come and go a turn may slip further, but never builds up (rotation.test.ts measures it).
 */
export interface Place {
  email: string;
  /** Share of the turns, relative to the others; round robin gives everybody 1. */
  weight: number;
  /** Turns owed; a new member starts at 0. */
  lag: number;
  /** May take a turn now. */
  here: boolean;
}

export interface InLine {
  email: string;
  /** Turns owed in this very turn, compared with the others who are here. */
  owed: number;
  /** "owed 0.67 of a turn". */
  standing: string;
}

/** Lags are stored as doubles: what lies below this is rounding, not a debt. */
const TINY = 1e-9;

/**
 * Everybody who is here, the next first. Equals keep the order they are given in.
 *
 * Only differences among those here count: what they together owe those away, or are owed by them, is set aside by
 * weight, and is settled when those away are back.
 */
export function nextInLine(places: readonly Place[]): InLine[] {
  const here = places.filter(place => place.here);
  const shares = sharesOf(here);
  const surplus = sum(here.map(place => place.lag));
  const line = here.map((place, index) => {
    const share = shares[index] ?? 0;
    return rank(place.email, place.lag + share - surplus * share, share);
  });
  line.sort((one, other) => one.waits - other.waits || one.deadline - other.deadline);
  return line.map(({ email, owed }) => ({ email, owed, standing: standingText(owed) }));
}

/**
 * Everybody's lag after `taken` got a turn, whether or not it was theirs; somebody not here counts as here for it.
 * `limit` keeps a choice made by another measure (fewest open) from piling up debts nobody means to settle.
 */
export function takeTurn(
  places: readonly Place[],
  taken: string,
  limit = Number.POSITIVE_INFINITY,
): Record<string, number> {
  return move(places, taken, 1, limit);
}

/** Everybody's lag after a turn was handed back: the exact undoing of `takeTurn` among the same people. */
export function returnTurn(
  places: readonly Place[],
  from: string,
  limit = Number.POSITIVE_INFINITY,
): Record<string, number> {
  return move(places, from, -1, limit);
}

function move(places: readonly Place[], email: string, turns: 1 | -1, limit: number): Record<string, number> {
  const settled = settle(places);
  if (!places.some(place => place.email === email)) return lagsOf(settled, limit);
  const sharing = settled.filter(place => place.here || place.email === email);
  const shares = new Map(sharesOf(sharing).map((share, index) => [sharing[index]?.email, share]));
  return lagsOf(
    settled.map(place => ({
      email: place.email,
      lag: place.lag + turns * ((shares.get(place.email) ?? 0) - (place.email === email ? 1 : 0)),
    })),
    limit,
  );
}

/**
 * Lags always add up to nothing. When somebody left the team their account is closed by all who stay, by weight;
 * those away included, for they were part of it. Rounding of long runs is evened out the same way.
 */
function settle(places: readonly Place[]): readonly Place[] {
  const left = sum(places.map(place => place.lag));
  if (Math.abs(left) <= TINY) return places;
  const shares = sharesOf(places);
  return places.map((place, index) => ({ ...place, lag: place.lag - left * (shares[index] ?? 0) }));
}

/** `waits`: turns until something is owed, 0 for those who may go now. `deadline`: turns until a full one is owed. */
function rank(email: string, exact: number, share: number) {
  const owed = rounded(exact);
  return {
    email,
    owed,
    waits: owed > 0 ? 0 : rounded((TINY - owed) / share),
    deadline: rounded((1 - owed) / share),
  };
}

function sharesOf(places: readonly Place[]): number[] {
  const weights = places.map(place => Math.max(place.weight, 0));
  const total = sum(weights);
  return weights.map(weight => (total > 0 ? weight / total : 1 / places.length));
}

function lagsOf(places: readonly { email: string; lag: number }[], limit: number): Record<string, number> {
  return Object.fromEntries(
    places.map(({ email, lag }) => [email, Math.max(-limit, Math.min(limit, Math.abs(lag) < TINY ? 0 : lag))]),
  );
}

function standingText(owed: number): string {
  const turns = Math.abs(owed)
    .toFixed(2)
    .replace(/\.?0+$/, '');
  if (turns === '0') return 'owed nothing yet';
  const amount = turns === '1' ? '1 turn' : `${turns} ${Math.abs(owed) < 1 ? 'of a turn' : 'turns'}`;
  return owed > 0 ? `owed ${amount}` : `${amount} ahead`;
}

function rounded(value: number): number {
  return Math.round(value / TINY) * TINY;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
