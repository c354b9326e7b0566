import { HOUR } from '../../../lib/clock.ts';
import type { Org } from '../api/org.ts';

/** What an org was asked by name, remembered an hour; "there is none" as well. Askers at the same time share one call. */
export function remembered<T>({ clock, schema }: Org, ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, { coming: Promise<T>; until: number }>();
  let age = schema.age();
  return name => {
    const now = clock.now().getTime();
    if (age !== schema.age()) answers.clear();
    age = schema.age();
    const known = answers.get(name);
    if (known && known.until > now) return known.coming;
    for (const [old, { until }] of answers) if (until <= now) answers.delete(old);
    const coming = ask(name);
    answers.set(name, { coming, until: now + HOUR });
    // A failure is no answer: whoever comes next asks again.
    coming.catch(() => {
      if (answers.get(name)?.coming === coming) answers.delete(name);
    });
    return coming;
  };
}
