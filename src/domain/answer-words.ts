/** How the numbers of an answer are written, on every surface alike. Pure. */
import { SECOND } from '../lib/clock.ts';
import type { Unit } from './answer.ts';
import { spanWords } from './time-split.ts';

/** "12", "67%", "4 m 10 s", "63". */
export function valueWords(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  if (unit === 'rate') return `${Math.round(value * 100)}%`;
  if (unit === 'seconds') return spanWords(value * SECOND);
  return unit === 'leads' ? value.toLocaleString('en-US') : String(Math.round(value * 10) / 10);
}
