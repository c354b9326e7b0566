import { Rejected, toError } from '../../../lib/errors.ts';

/** A call that is refused as a whole says nothing of whose fault it is: then each goes alone. */
export async function apart<K, V>(
  some: readonly K[],
  call: (some: readonly K[]) => Promise<V[]>,
): Promise<(V | Error)[]> {
  try {
    return await call(some);
  } catch (error) {
    if (!(error instanceof Rejected) || some.length === 1) throw error;
  }
  const answers: (V | Error)[] = [];
  for (const one of some) {
    const alone = await call([one]).catch(toError);
    answers.push(...(alone instanceof Error ? [alone] : alone));
  }
  return answers;
}
