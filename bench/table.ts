export interface Row {
  what: string;
  measured: number;
  unit: string;
  target: number;
  better: 'lower' | 'higher';
}

/** A Markdown table; the ratio is above 1 when the budget is kept with room to spare. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, unit, target, better }) => {
    const ratio = better === 'lower' ? target / Math.max(measured, 1e-9) : measured / target;
    const sign = better === 'lower' ? '≤' : '≥';
    return `| ${what} | ${number(measured)} ${unit} | ${sign} ${number(target)} ${unit} | ${ratio.toFixed(2)} × |`;
  });
  return ['| what | measured | target | room |', '|---|---|---|---|', ...lines].join('\n');
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
