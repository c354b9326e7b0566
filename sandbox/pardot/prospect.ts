/** A prospect of a business unit. */

/** By the vendor's own names. */
export type Values = Record<string, unknown>;

export interface Prospect {
  id: number;
  values: Values;
  isDeleted: boolean;
  /** As it was, the oldest first: answers may be late. */
  versions: { at: number; values: Values; isDeleted: boolean }[];
  tags: Set<string>;
}
