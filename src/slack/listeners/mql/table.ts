import type { Table } from '../types.ts';
import { mql } from './mql.ts';

/** The slash command. */
export const mqlTable: Table = {
  commands: { '/mql': mql },
};
