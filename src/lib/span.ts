import { DAY, HOUR, MINUTE, SECOND } from './clock.ts';

const UNITS: [number, string][] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

/** A length of time in words, by its two largest units: "4 seconds", "1 hour 30 minutes", "2 days". Never negative. */
export function inWords(milliseconds: number): string {
  let left = Math.max(0, Math.floor(milliseconds / SECOND) * SECOND);
  const first = UNITS.findIndex(([unit]) => left >= unit);
  if (first < 0) return '0 seconds';
  const words = UNITS.slice(first, first + 2).map(([unit, noun]) => {
    const amount = Math.floor(left / unit);
    left -= amount * unit;
    return amount === 0 ? '' : `${amount} ${noun}${amount === 1 ? '' : 's'}`;
  });
  return words.filter(Boolean).join(' ');
}
