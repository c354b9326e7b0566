/** COQL from values that others wrote. Pure. */
import { oneLine } from '../../../lib/text.ts';

/** A string as COQL takes one: quotes and backslashes escaped (page "Query API"), control characters gone. */
export const quoted = (text: string): string => `'${oneLine(text).replaceAll(/['\\]/g, '\\$&')}'`;

export const listOf = (values: readonly string[]): string => `(${values.map(quoted).join(', ')})`;

/** A third condition wants parentheses around two. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.reduce((all, one) => `(${all} or ${one})`);
}
