/** The handoff: its states, the moves allowed between them, and nothing else. */

export type HandoffState =
  | 'opened'
  | 'assigned'
  | 'claimed'
  | 'contacted'
  | 'won'
  | 'lost'
  | 'rejected'
  | 'nurture'
  | 'held';

const MOVES: Record<HandoffState, readonly HandoffState[]> = {
  opened: ['assigned', 'nurture', 'held'],
  held: ['assigned', 'nurture', 'rejected'],
  assigned: ['assigned', 'claimed', 'contacted', 'rejected', 'nurture', 'won', 'lost'],
  claimed: ['assigned', 'contacted', 'rejected', 'nurture', 'won', 'lost'],
  contacted: ['assigned', 'won', 'lost', 'rejected', 'nurture'],
  won: [],
  lost: [],
  rejected: ['assigned'],
  nurture: ['assigned', 'held'],
};

/** May a handoff in `from` become `to`? */
export function mayMove(from: HandoffState, to: HandoffState): boolean {
  return MOVES[from].includes(to);
}

/** Still somebody's work: counts against `open_limit` and `least_open`. */
export const OPEN_STATES: readonly HandoffState[] = ['assigned', 'claimed', 'contacted'];

export function isOpen(state: HandoffState): boolean {
  return OPEN_STATES.includes(state);
}
