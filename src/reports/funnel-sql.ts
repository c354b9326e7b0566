/** Where leads are that did not go on from one step of the funnel to the next: of each step, parts that add up. Pure SQL texts. */

/** Conditions over a handoff `h`, as question-sql.ts has them. */
export interface FunnelTerms {
  owed: string;
  opportunity: string;
  start: string;
}

const CLAIMED = `(h.claimed_at is not null or h.contacted_at is not null or h.state in ('won', 'lost'))`;
const IN_STATE = (...states: string[]) => `h.state in (${states.map(state => `'${state}'`).join(', ')})`;
const UNTOUCHED = IN_STATE('opened', 'held', 'assigned', 'claimed');

/** Time from becoming an MQL until the deal, and until it was won; in seconds. */
export const stageTimes = ({ start }: Pick<FunnelTerms, 'start'>) => ({
  opportunity: `case when h.opportunity_at is not null then greatest(0, extract(epoch from h.opportunity_at - ${start})) end`,
  won: `case when h.state = 'won' and h.closed_at is not null then greatest(0, extract(epoch from h.closed_at - ${start})) end`,
});

/**
 * Name → condition. Bound: `:youngForDeal` and `:youngForWin`, the moments after which a lead is too young to tell; null:
 * nobody knows how long it takes.
 */
export function lossesSql({ owed, opportunity, start }: FunnelTerms) {
  const undelivered = `${owed} and h.delivered_at is null`;
  const unclaimed = `${owed} and h.delivered_at is not null and not ${CLAIMED}`;
  const unreached = `${owed} and ${CLAIMED} and h.contacted_at is null`;
  const undecided = `h.contacted_at is not null and ${owed} and not ${opportunity}`;
  const open = `${opportunity} and h.state <> 'won'`;
  const young = (since: string) => `coalesce(${start} > :${since}::timestamptz, false)`;
  const dealToCome = `${IN_STATE('opened', 'held', 'assigned', 'claimed', 'contacted')}`;
  return {
    'lost.undelivered_waiting': `${undelivered} and ${UNTOUCHED}`,
    'lost.undelivered_closed': `${undelivered} and not ${UNTOUCHED}`,
    'lost.unclaimed_pool': `${unclaimed} and ${UNTOUCHED} and h.rep_email is null`,
    'lost.unclaimed_rep': `${unclaimed} and ${UNTOUCHED} and h.rep_email is not null`,
    'lost.unclaimed_closed': `${unclaimed} and not ${UNTOUCHED}`,
    'lost.unreached_waiting': `${unreached} and ${UNTOUCHED}`,
    'lost.unreached_rejected': `${unreached} and h.state = 'rejected'`,
    'lost.unreached_closed': `${unreached} and not ${UNTOUCHED} and h.state <> 'rejected'`,
    'lost.undecided_young': `${undecided} and ${dealToCome} and ${young('youngForDeal')}`,
    'lost.undecided_open': `${undecided} and ${dealToCome} and not ${young('youngForDeal')}`,
    'lost.undecided_rejected': `${undecided} and h.state = 'rejected'`,
    'lost.undecided_closed': `${undecided} and not ${dealToCome} and h.state <> 'rejected'`,
    'lost.deal_young': `${open} and ${dealToCome} and ${young('youngForWin')}`,
    'lost.deal_open': `${open} and ${dealToCome} and not ${young('youngForWin')}`,
    'lost.deal_closed': `${open} and not ${dealToCome}`,
  };
}
