/** What was written, and the words among which the one that was meant is looked for. */
export interface Mistyped {
  typed: string;
  known: Iterable<string>;
}

/** Longer words than this are compared by their beginning. */
const LONGEST = 100;
/** Words of about the right length that one mistyped word is compared with: a suggestion is a kindness, no search. */
const MOST_COMPARED = 1_000;

/** The known word nearest to a mistyped one, when it is near enough to be what was meant. */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const lower = typed.toLowerCase().slice(0, LONGEST);
  // One slip in a short word, a third of a long one; more is guessing.
  const tolerance = Math.max(1, Math.floor(Math.min(lower.length, 30) / 3));
  let best: { word: string; distance: number } | undefined;
  let compared = 0;
  for (const word of known) {
    const other = word.slice(0, LONGEST).toLowerCase();
    // Each letter more or less is a slip by itself.
    if (Math.abs(other.length - lower.length) > tolerance) continue;
    compared += 1;
    if (compared > MOST_COMPARED) break;
    const distance = editDistance(lower, other);
    if (distance <= tolerance && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { word, distance };
  }
  return best?.word;
}

/** Levenshtein, with two swapped neighbours ("srd") as the one slip it is. */
function editDistance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = at(row - 1, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swap = swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swap, at(row - 1, column) + 1, at(row, column - 1) + 1));
    }
  }
  return at(one.length, other.length);
}
