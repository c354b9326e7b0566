/** Keys that a group has twice. Pure. */
import { type Document, isScalar, type Node, type Pair, visit } from 'yaml';

/**
 * Where each of them stands, as an offset into the text. One pass: the reader's own check compares every key of a group
 * with every other, which takes minutes for forty thousand.
 */
export function duplicateKeys(document: Document.Parsed): number[] {
  const found: number[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items as Pair<Node>[]) {
        const value = isScalar(key) ? key.value : undefined;
        if (value !== undefined && seen.has(value)) found.push(key.range?.[0] ?? 0);
        seen.add(value);
      }
    },
  });
  return found;
}
