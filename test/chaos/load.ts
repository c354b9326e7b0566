/** Leads that keep coming, by a sender who comes again until it is answered, as HubSpot does. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Lead, World } from './world.ts';

export interface Load {
  /** Everybody who was sent so far, or is on the way. */
  sent: Lead[];
  /** Answers that were no 2xx, and none at all. */
  refused(): number;
  /** Sends one more; resolves when Baton has taken it. */
  send(): Promise<Lead>;
  /** No more by themselves; resolves when everybody who was sent was taken. */
  end(): Promise<void>;
}

const LONGEST_PAUSE = 1_000;

/** Sends `perSecond` of the leads that were prepared, for as long as there are any. */
export function startLoad({ hooks }: World, prepared: Lead[], perSecond: number): Load {
  const waiting = [...prepared];
  const sent: Lead[] = [];
  const underWay = new Set<Promise<unknown>>();
  let refused = 0;

  async function send(): Promise<Lead> {
    const lead = waiting.shift();
    if (!lead) throw new Error('too few leads were prepared');
    sent.push(lead);
    for (let wait = 100; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        await hooks.send(lead);
        return lead;
      } catch {
        refused += 1;
        await pause(wait);
      }
    }
  }

  const timer = setInterval(() => {
    if (waiting.length === 0) return;
    const work = send().finally(() => underWay.delete(work));
    underWay.add(work);
  }, 1_000 / perSecond);

  return {
    sent,
    refused: () => refused,
    send,
    async end() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
