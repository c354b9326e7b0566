/** Small, repeatable chance (mulberry32): the same seed throws the same. */
export function dice(seed: number) {
  const next = numbers(seed);
  return <T>(faces: readonly [T, ...T[]]): T => faces[next() % faces.length] ?? faces[0];
}

/** A whole number from `least` to `most`, both included; as repeatable. */
export function between(seed: number) {
  const next = numbers(seed);
  return (least: number, most: number): number => least + (next() % (most - least + 1));
}

/** Whole numbers of 32 bits. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
