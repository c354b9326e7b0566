/** Slack: does the bot's token work, and does Slack know the people? */

import { notifierOf } from '../../connections/make-vendors.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLogger } from '../../lib/log.ts';
import { type Check, fine, part, problem } from './check.ts';

export const slack: Check = {
  service: 'Slack',
  async run({ env, playbook }) {
    const { SLACK_BOT_TOKEN: token } = env;
    if (token === undefined) {
      return [fine('workspaces install Baton: each sees on its Home tab how its own is')];
    }
    const notifier = notifierOf({ env, clock: systemClock, log: createLogger({ level: 'silent' }) }, token);
    const team = await part(
      async () => fine(`bot of ${(await notifier.whoAmI()).team}`),
      'Copy the Bot User OAuth Token again into SLACK_BOT_TOKEN; check SLACK_API_URL and the network.',
    );
    // Without the bot nobody can be asked about.
    if (team.some(one => one.level === 'problem')) return team;
    const people = await part(async () => {
      const missing: string[] = [];
      for (const { email } of playbook.people) {
        if (!(await notifier.findPerson(email))?.active) missing.push(email);
      }
      if (missing.length === 0) return fine(`all ${playbook.people.length} people of the playbook are active there`);
      return problem(`not active in Slack: ${missing.join(', ')}`, 'Correct the address in the playbook or there.');
    });
    return [...team, ...people];
  },
};
