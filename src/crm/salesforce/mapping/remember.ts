import { type Clock, HOUR } from '../../../lib/clock.ts';

/** What an org was asked by name, remembered an hour; "there is none" as well. Askers at the same time share one call. */
export function remembered<T>(clock: Clock, ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, { coming: Promise<T>; until: number }>();
  return name => {
    const now = clock.now().getTime();
    const known = answers.get(name);
    if (known && known.until > now) return known.coming;
    for (const [old, { until }] of answers) if (until <= now) answers.delete(old);
    const coming = ask(name);
    answers.set(name, { coming, until: now + HOUR });
    // A failure is no answer: whoever comes next asks again.
    coming.catch(() => answers.delete(name));
    return coming;
  };
}
