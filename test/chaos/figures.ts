/** A run in figures, as docs/operating.md has them. */
import type { Report } from './run.ts';

export function table({ leads, refused, played, fates, lies, readyShare, settledMs }: Report): string {
  const names = [...new Set(played.map(({ name }) => name))];
  const rows = names.map(name => {
    const times = played.filter(one => one.name === name).map(one => one.recoveredMs / 1_000);
    const worst = Math.max(...times);
    const middle = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    return `| ${name.padEnd(30)} | ${String(times.length).padStart(5)} | ${seconds(middle)} | ${seconds(worst)} |`;
  });
  return [
    '',
    `| ${'cause'.padEnd(30)} | times | through again, half | worst |`,
    `| ${'-'.repeat(30)} | ----- | ------------------- | ----- |`,
    ...rows,
    '',
    `${leads} leads: ${fates.lost.length} lost, ${fates.doubled.length} doubled, ${fates.parked.length} put aside; ${refused} deliveries had to come again;`,
    `nothing left to do ${(settledMs / 1_000).toFixed(1)} s after the last cause; ${Math.round(readyShare * 100)}% of the answers of /health/ready said ready, ${lies.length} of them wrongly.`,
  ].join('\n');
}

const seconds = (value: number) => `${value.toFixed(1)} s`;
