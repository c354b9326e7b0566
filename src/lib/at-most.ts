/** Work of which only so much is under way at once; the rest waits in order, holding nothing. */
export function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async work => {
    if (free > 0) free -= 1;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/** The same for each key by itself: nobody waits behind another's work. A key without work under way costs nothing. */
export function atMostEach(limit: number): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, { inTurn: ReturnType<typeof atMost>; underWay: number }>();
  return async (key, work) => {
    const turn = turns.get(key) ?? { inTurn: atMost(limit), underWay: 0 };
    turns.set(key, turn);
    turn.underWay += 1;
    try {
      return await turn.inTurn(work);
    } finally {
      turn.underWay -= 1;
      if (turn.underWay === 0) turns.delete(key);
    }
  };
}
