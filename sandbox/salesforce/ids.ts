const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The three letters that turn a case-sensitive 15-character id into the case-safe 18-character one. */
function checksum(id15: string): string {
  let letters = '';
  for (let chunk = 0; chunk < 3; chunk += 1) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      if (/[A-Z]/.test(id15.charAt(chunk * 5 + index))) bits |= 1 << index;
    }
    letters += ALPHABET.charAt(bits);
  }
  return letters;
}

/** An id as the org answers it (18 characters), or undefined when it is none. */
export function normaliseId(id: unknown): string | undefined {
  if (typeof id !== 'string' || !/^[0-9A-Za-z]+$/.test(id)) return undefined;
  if (id.length === 15) return id + checksum(id);
  if (id.length !== 18) return undefined;
  const full = id.slice(0, 15) + checksum(id.slice(0, 15));
  return full.toUpperCase() === id.toUpperCase() ? full : undefined;
}

/** The `sequence`-th id of an object with this three-letter prefix, 18 characters; each org has three letters of its own. */
export function makeId(prefix: string, sequence: number, instance = 'Hs0'): string {
  let digits = '';
  for (let rest = sequence; rest > 0; rest = Math.floor(rest / 62)) digits = DIGITS.charAt(rest % 62) + digits;
  const id15 = `${prefix}${instance}0000${digits.padStart(5, '0')}`;
  return id15 + checksum(id15);
}
