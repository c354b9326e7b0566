/** A rep's week in numbers, beside their team's. Pure. */
import type { KnownBlock } from '@slack/types';
import type { Stats } from '../../../reports/stats.ts';
import { header, section } from '../block-parts.ts';
import { count, duration } from '../block-words.ts';

type Numbers = Pick<Stats, 'given' | 'contacted' | 'promised' | 'kept' | 'medianMs'>;

export interface Week {
  me: Numbers;
  /** Absent: they are in no team. */
  team?: Numbers | undefined;
}

export function weekBlocks({ me, team }: Week): KnownBlock[] {
  const inTime =
    me.promised > 0
      ? `*${me.kept} of ${me.promised} in time (${percent(me)})*${beside(team && team.promised > 0 ? percent(team) : undefined)}`
      : `*No SLA has come due yet*${beside(team && team.promised > 0 ? `${percent(team)} in time` : undefined)}`;
  const first =
    me.medianMs === null
      ? []
      : [
          `First contact: median ${duration(me.medianMs)}${beside(typeof team?.medianMs === 'number' ? duration(team.medianMs) : undefined)}`,
        ];
  return [header('Your week'), section(inTime, ...first, `${count(me.given, 'lead')}, ${me.contacted} contacted`)];
}

const percent = ({ kept, promised }: Numbers) => `${Math.round((100 * kept) / promised)}%`;
const beside = (team: string | undefined) => (team === undefined ? '' : `, your team ${team}`);
