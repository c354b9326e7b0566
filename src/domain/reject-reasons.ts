/** Why a rep turns a lead down: kept with the handoff for reports, by key; shown by these words. */
export const REJECT_REASONS = {
  not_our_market: 'Not our market',
  student: 'Student',
  competitor: 'Competitor',
  duplicate: 'Duplicate',
  bad_data: 'Bad data',
  no_need_now: 'No need now',
  other: 'Other',
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** "Duplicate: “Emma wrote twice”"; for `other` the note alone. */
export function rejectionText(reason: string, note: string | null | undefined): string {
  const label = Object.entries(REJECT_REASONS).find(([key]) => key === reason)?.[1] ?? reason;
  if (!note) return label;
  return reason === 'other' ? note : `${label}: ${note}`;
}
