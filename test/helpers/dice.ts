/** Small, repeatable chance (mulberry32): the same seed throws the same. */
export function dice(seed: number) {
  let state = seed;
  return <T>(faces: readonly [T, ...T[]]): T => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return faces[((mixed ^ (mixed >>> 14)) >>> 0) % faces.length] ?? faces[0];
  };
}
