import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition by looking again and again; answers what it answered. No fixed sleep: a slow machine only
 * takes longer, and a condition that never comes fails with its name.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(10);
  }
}
