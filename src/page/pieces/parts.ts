/** Pieces of the shared page, each once: bars, tables, receipts. Pure. */
import type { Answered, TableBody, Unit } from '../../domain/answer.ts';
import { valueWords } from '../../domain/answer-words.ts';
import { counted } from '../../lib/english.ts';
import { html, type Markup, type Piece } from '../../lib/markup.ts';
import { momentWords, periodText, timeTag } from './page-words.ts';

/** Below so many, a share is shown as counts: a percentage would promise what nobody knows. */
const ENOUGH = 30;

/** A bar from 0 to 1 with the slant at its end; `kind`: s1 unless told. Said by the number beside it. */
export function bar(
  share: number,
  { height = 10, kind = 'a' }: { height?: number; kind?: 'a' | 'b' | 'c' | 'z' } = {},
): Markup {
  const width = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;
  const slant = `M-.5 0h${height / 2 + 0.5}L0 ${height}h-.5z`;
  return html`<svg class="bar" height="${height}" aria-hidden="true"><rect class="t" width="100%" height="${height}"/>${share > 0 && html`<rect class="${kind}" width="${width}" height="${height}"/><svg x="${width}" overflow="visible"><path class="${kind}" d="${slant}"/></svg>`}</svg>`;
}

/** A step of the funnel: who came, and in a hatch behind it who is too young to be there. */
export function stepBar(share: number, withYoung: number): Markup {
  const height = 26;
  const width = (part: number) => `${(Math.min(1, Math.max(0, part)) * 100).toFixed(1)}%`;
  return html`<svg class="bar" height="${height}" aria-hidden="true"><rect class="t" width="100%" height="${height}"/>${withYoung > share && html`<rect class="h" width="${width(withYoung)}" height="${height}"/>`}${share > 0 && html`<rect class="a" width="${width(share)}" height="${height}"/><svg x="${width(share)}" overflow="visible"><path class="a" d="M-.5 0h13.5L0 26h-.5z"/></svg>`}</svg>`;
}

/** What the colours mean: `kind` as for bars, `h` the hatch. */
export function legend(all: readonly (readonly [kind: 'a' | 'c' | 'z' | 'h', words: string])[]): Markup {
  const sign = (kind: string) => html`<svg aria-hidden="true"><rect class="${kind}" width="18" height="12"/></svg>`;
  return html`<p class="key">${all.map(([kind, words]) => html`<span>${sign(kind)}${words}</span>`)}</p>`;
}

/** A number with what it is for machines: the same in a file and in Slack. */
export const figure = (value: number | null, words: string): Piece =>
  value === null ? '–' : html`<data value="${value}">${words}</data>`;

/** "67%"; "4/6" of a few. */
export function shareWords(share: number, whole: number | null | undefined): string {
  if (!whole || whole >= ENOUGH) return valueWords(share, 'rate');
  return `${Math.round(share * whole)}/${whole}`;
}

export interface Column {
  name: string;
  /** Numbers stand to the right. */
  isNumber?: boolean;
}

/** Wide ones scroll in a place of their own, which the keyboard reaches. The first cell of a row is its head. */
export function table(given: {
  caption: string;
  /** Said by the heading above it already. */
  isCaptionHidden?: boolean;
  /** On a phone each row stands as a few lines. */
  isStacked?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly Piece[])[];
  foot?: readonly Piece[] | undefined;
}): Markup {
  const { caption, columns, rows, foot } = given;
  const line = (cells: readonly Piece[]) =>
    html`<tr>${cells.map((cell, index) => {
      if (index === 0) return html`<th scope="row">${cell}</th>`;
      return columns[index]?.isNumber ? html`<td class="n">${cell}</td>` : html`<td>${cell}</td>`;
    })}</tr>`;
  const head = columns.map(({ name, isNumber }) =>
    isNumber ? html`<th scope="col" class="n">${name}</th>` : html`<th scope="col">${name}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table${given.isStacked && html` class="stacked"`}><caption${given.isCaptionHidden && html` class="hide"`}>${caption}</caption>
<thead><tr>${head}</tr></thead><tbody>
${rows.map(line)}
</tbody>${foot && html`<tfoot>${line(foot)}</tfoot>`}</table></div>`;
}

/** What a question was answered with, cell by cell as everywhere. `link`: where a row leads, by the names of its groups. */
export function answerTable(
  body: TableBody,
  caption: string,
  link?: (names: readonly string[], row: number) => string | undefined,
): Markup {
  const { groups, columns, rows } = body;
  return table({
    caption,
    isCaptionHidden: true,
    columns: [
      ...groups.map(name => ({ name })),
      ...columns.map(({ name, unit }) => ({ name, isNumber: unit !== 'rate' })),
    ],
    rows: rows.map(({ names, values }, row) => {
      const to = link?.(names, row);
      const [first = '', ...others] = names;
      const whole = values.at(-1) ?? null;
      const cells = values.map((value, index) =>
        valueCell(value, columns[index]?.unit ?? 'leads', index < values.length - 1 ? whole : null),
      );
      return [to ? html`<a href="${to}">${first}</a>` : first, ...others, ...cells];
    }),
  });
}

/** `whole`: of how many a share is. */
export function valueCell(value: number | null, unit: Unit, whole?: number | null): Piece {
  if (unit !== 'rate' || value === null) return figure(value, valueWords(value, unit));
  return html`<span class="cell"><span class="n">${figure(value, shareWords(value, whole))}</span>${bar(value)}</span>`;
}

/** So many of so many, as a share with its bar; for machines it is the count. */
export function shareCell(count: number, whole: number): Markup {
  const share = count / whole;
  return html`<span class="cell"><span class="n">${figure(count, shareWords(share, whole))}</span>${bar(share)}</span>`;
}

/** What it was made of, how fresh it is, and where it goes on. */
export function receipt(
  answered: Omit<Answered, 'body'>,
  now: Date,
  links: readonly (readonly [words: string, to: string])[],
): Markup {
  const { words, period, zone, leads, leftOut, asOf, newestSignal, waitingWrites } = answered;
  const out = [
    leftOut.nurture > 0 && `${counted(leftOut.nurture, 'lead')} in nurture`,
    leftOut.rejected > 0 && `${leftOut.rejected} rejected`,
  ].filter(Boolean);
  const parts: Piece[] = [
    `${words}${period ? `, ${periodText(period, zone)}` : ', whenever they came'}`,
    `from ${counted(leads, 'lead')}${out.length > 0 ? `; left out: ${out.join(', ')}` : ''}`,
    html`as of ${timeTag(asOf, momentWords(asOf, now, zone))}, ${newestSignal ? html`newest signal ${timeTag(newestSignal, momentWords(newestSignal, now, zone))}` : 'no signal yet'}`,
    waitingWrites > 0 && `${counted(waitingWrites, 'lead')} waiting for the CRM`,
  ];
  return html`<footer class="receipt">${parts.filter(Boolean).map(part => html`<span>${part}</span>`)}${links.map(([text, to]) => html`<a href="${to}">${text}</a>`)}</footer>`;
}

/** Nothing to show: a sentence, and where there may be more. */
export function nothing(sentence: string, link?: readonly [words: string, to: string]): Markup {
  return html`<p>${sentence}</p>${link && html`<p class="acts"><a class="btn" href="${link[1]}">${link[0]}</a></p>`}`;
}
