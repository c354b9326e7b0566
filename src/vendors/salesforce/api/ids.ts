const CASE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** An id with or without the three letters that only guard its capitals; words of that length have no digit. */
const IDS = /(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?(?![0-9A-Za-z])/g;

/** Ids in a text: alone, or in a link (`/lightning/r/Lead/00Q…/view`, `/00Q…`, `?id=00Q…`). */
export const idsIn = (text: string): string[] => [...new Set((text.match(IDS) ?? []).map(to18))];

/**
 * The 18-character form of a record id, which may be compared without regard to who wrote it: a 15-character id is
 * case-sensitive, and mail programs and spreadsheets fold case. Text that is no id comes back as it is.
 */
export function to18(id: string): string {
  if (!/^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/.test(id)) return id;
  const core = id.slice(0, 15);
  if (id.length === 18) return core + id.slice(15).toUpperCase();
  const letters = [0, 5, 10].map(from => {
    const bits = [...core.slice(from, from + 5)].reduce(
      (sum, letter, at) => sum | (/[A-Z]/.test(letter) ? 1 << at : 0),
      0,
    );
    return CASE_LETTERS.charAt(bits);
  });
  return core + letters.join('');
}
