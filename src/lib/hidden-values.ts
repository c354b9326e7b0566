/**
 * Values that no line of the log may repeat while a piece of work is under way: what is known of the leads it is about.
 * Vendors quote them in their refusals ("Acme Corp is too long"), where no name of a field gives them away.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const hidden = new AsyncLocalStorage<Set<string>>();

/** A page of leads has a few values each; more would make every line slow. */
const MOST = 500;
/** One letter is a name nowhere, and stands everywhere. */
const SHORTEST = 2;

/** Does work during which values can be hidden; they are forgotten with it. */
export function hidingValues<T>(work: () => T): T {
  return hidden.run(new Set(), work);
}

/** Hides these from now on, until the work that runs is done. Outside of such work it does nothing. */
export function hideValues(values: Iterable<string | undefined>): void {
  const known = hidden.getStore();
  if (!known) return;
  for (const value of values) {
    const text = value?.trim() ?? '';
    if (text.length >= SHORTEST && known.size < MOST) known.add(text);
  }
}

/** The text without the values, wherever they stand as words of their own, in capitals or not. */
export function withoutHiddenValues(text: string, instead: string): string {
  const known = hidden.getStore();
  if (!known?.size) return text;
  // The longest first: "Emma Thompson" before "Emma".
  const any = [...known]
    .sort((a, b) => b.length - a.length)
    .map(value => RegExp.escape(value))
    .join('|');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, 'giu'), instead);
}
