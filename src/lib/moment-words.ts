/** A moment for texts that are read where nobody draws a date in the reader's own zone: it carries weekday and zone. Pure. */

const DAY = { weekday: 'short', month: 'short', day: 'numeric' } as const;

/** "Thu, Nov 26, 9:00 AM PST"; `day: false` leaves the day out. */
export function momentIn(at: Date, timeZone: string, { day = true }: { day?: boolean } = {}): string {
  const clock = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone } as const;
  // Newer tables of languages put a narrow space before AM and PM.
  return new Intl.DateTimeFormat('en-US', { ...(day && DAY), ...clock }).format(at).replaceAll('\u202f', ' ');
}

/** "Thu, Nov 26" of a date YYYY-MM-DD. */
export function dayOf(date: string): string {
  return Temporal.PlainDate.from(date).toLocaleString('en-US', DAY);
}
