import type { Message } from './system.ts';

/** For each message, the handoffs it shows, in its order: one for a card, several for a digest. */
export function handoffsIn(messages: readonly Message[]): string[][] {
  return messages.map(({ blocks }) => [
    ...new Set(
      [...JSON.stringify(blocks).matchAll(/"value":"(?:\w+:)?([0-9a-f-]{36})"/g)].map(match => match[1] ?? ''),
    ),
  ]);
}
