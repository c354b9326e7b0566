/**
 * Turns many single look-ups into few batched calls without making anyone wait for company: a look-up leaves at once
 * while fewer than `width` calls are under way; what arrives meanwhile travels together in the next one.
 */
export interface CoalesceOptions<K, V> {
  /** Answers for all keys, in the order asked; an Error in a place rejects that look-up only. */
  call(keys: readonly K[]): Promise<readonly (V | Error)[]>;
  /** Most keys in one call. */
  most: number;
  /** Most calls under way at once. */
  width: number;
}

export function coalesce<K, V>(options: CoalesceOptions<K, V>): (key: K) => Promise<V> {
  type Waiting = { key: K; resolve(value: V): void; reject(error: Error): void };
  const waiting: Waiting[] = [];
  let underWay = 0;

  async function run(batch: Waiting[]): Promise<void> {
    try {
      const answers = await options.call(batch.map(one => one.key));
      batch.forEach((one, index) => {
        const answer = answers[index];
        if (answer instanceof Error) one.reject(answer);
        else if (answer === undefined && index >= answers.length) one.reject(new Error('batched call lost an answer'));
        else one.resolve(answer as V);
      });
    } catch (error) {
      for (const one of batch) one.reject(error as Error);
    } finally {
      underWay -= 1;
      leave();
    }
  }

  function leave(): void {
    while (underWay < options.width && waiting.length > 0) {
      underWay += 1;
      void run(waiting.splice(0, options.most));
    }
  }

  return key =>
    new Promise<V>((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      // One turn of patience lets look-ups started by the same turn share a call.
      queueMicrotask(leave);
    });
}
