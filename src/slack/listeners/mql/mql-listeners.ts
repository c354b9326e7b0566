import { ALSO, actionIds, RUN } from '../../blocks/mql/answer.ts';
import type { Table } from '../types.ts';
import { mql, pressAlso, pressRun } from './mql.ts';

/** The slash command, and the buttons of its answers. */
export const mqlTable: Table = {
  commands: { '/mql': mql },
  buttons: {
    ...Object.fromEntries(actionIds(RUN).map(id => [id, pressRun])),
    ...Object.fromEntries(actionIds(ALSO).map(id => [id, pressAlso])),
  },
};
