/** crm: where open leads are recorded after the company moved to another CRM, and writing them anew there. */
import { seesAll } from '../../../handoff/core/rights.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { confirmMoveAnswer, elsewhereAnswer, movingAnswer } from '../../blocks/mql/crm.ts';
import { strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { Word } from './asked.ts';

export const crm: Word = {
  word: 'crm',
  group: 'baton',
  usage: '[move]',
  does: 'where open leads are recorded; after a change of the CRM: write them anew in the new one',
  who: 'admins; viewers may look',
  examples: ['crm', 'crm move'],
  async run({ deps, by, actor, now, text }) {
    const [what = '', typed = ''] = text.toLowerCase().split(/\s+/);
    if (what !== '' && what !== 'move') return strangeWordAnswer(what, 'move', '/mql crm [move]');
    const refused = answer([refusalText({ kind: 'not_allowed', who: 'an admin' }, now)]);
    if (!(what === 'move' ? actor.admin : seesAll(actor))) return refused;
    if (/^\d{1,7}$/.test(typed)) {
      const outcome = await deps.actions.moveOpenRecords({ ...by, expected: Number(typed) });
      return outcome.kind === 'done' ? movingAnswer(outcome.count) : answer([refusalText(outcome, now)]);
    }
    const found = await deps.queries.elsewhere(by.workspaceId);
    return what === 'move' && found.left.length > 0 ? confirmMoveAnswer(found) : elsewhereAnswer(found);
  },
};
