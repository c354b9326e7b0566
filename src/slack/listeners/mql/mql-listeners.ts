import { ALSO, actionIds, RUN } from '../../blocks/mql/answer.ts';
import type { ListenerTable } from '../types.ts';
import { mql, pressAlso, pressRun } from './mql.ts';

/** The slash command, and the buttons of its answers. */
export const mqlListeners: ListenerTable = {
  commands: { '/mql': mql },
  buttons: {
    ...Object.fromEntries(actionIds(RUN).map(id => [id, pressRun])),
    ...Object.fromEntries(actionIds(ALSO).map(id => [id, pressAlso])),
  },
};
