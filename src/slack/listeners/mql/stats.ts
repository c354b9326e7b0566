/** stats: how it goes, for me or my team, in a period of my own calendar. */
import { teamName, teamOf } from '../../../config/playbook/people.ts';
import type { Playbook } from '../../../config/playbook.ts';
import { type Actor, seesAll } from '../../../handoff/core/rights.ts';
import type { StatsFilter } from '../../../reports/stats.ts';
import { wallClock } from '../../blocks/block-words.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { statsAnswer } from '../../blocks/mql/stats.ts';
import type { Word } from './asked.ts';
import { readStats } from './period.ts';

const USAGE = '[me|team] [today|week|month|quarter]';

export const stats: Word = {
  word: 'stats',
  group: 'you',
  usage: USAGE,
  does: 'leads given, contacted in time, rejected, and the share of the rotation',
  examples: ['stats', 'stats week', 'stats team last month', 'stats team quarter'],
  aliases: ['numbers', 'statistics'],
  async run(asked) {
    const { deps, by, actor, playbook, zone, text } = asked;
    const read = readStats(text, asked);
    if (!read.ok) return strangeWordAnswer(read.typed, read.meant, `/mql stats ${USAGE}`);
    const { whose, period } = read.asked;
    const about = whose === 'me' ? mine(actor) : teams(actor, playbook);
    if (!about) return answer(['You are in no team of the playbook. `/mql stats me` shows your own numbers.']);
    const { from, to } = period;
    const numbers = await deps.reports.stats(by.workspaceId, { ...about.filter, from, to, zone });
    return statsAnswer(numbers, {
      whose: about.name,
      period: period.words,
      since: wallClock(from, zone),
      ...(whose === 'me' && { me: actor.email }),
    });
  },
};

interface About {
  name: string;
  filter: Pick<StatsFilter, 'reps' | 'teams' | 'rotations'>;
}

function mine({ email, teams: rotations }: Actor): About {
  return { name: 'You', filter: { reps: [email], teams: [], rotations } };
}

/** The teams they are in or manage and the people they manage; for an admin of none, everybody. */
function teams(actor: Actor, playbook: Playbook): About | undefined {
  const own = [...new Set([...actor.teams, ...actor.manages])];
  const keys = own.length === 0 && seesAll(actor) ? Object.keys(playbook.teams) : own;
  if (keys.length + actor.reports.length === 0) return undefined;
  const members = keys.flatMap(key => teamOf(playbook, key)?.members.map(member => member.person) ?? []);
  return {
    name: keys.map(key => teamName(playbook, key)).join(', ') || 'Your people',
    filter: { reps: [...new Set([...members, ...actor.reports])], teams: keys, rotations: keys },
  };
}
