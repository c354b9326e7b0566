/** The rules a workspace begins with: everything comes to whoever installed Baton, until they say otherwise. */
import { stringify } from 'yaml';
import { isTimeZone } from '../../config/playbook/values.ts';
import type { WrittenPlaybook } from '../../config/playbook.ts';
import type { Installer } from '../../contracts/slack-login.ts';

/** YAML, for the first version of a workspace's playbook. */
export function starterPlaybook({ email, name, timeZone }: Installer): string {
  const rules: WrittenPlaybook = {
    version: 1,
    mql: { threshold: 50 },
    fit: {
      points: { industry: 30, employees: 25, country: 20, title: 25 },
      priority: { high: 70, medium: 40 },
    },
    people: [{ email, name: name.slice(0, LONGEST_NAME), time_zone: isTimeZone(timeZone) ? timeZone : 'UTC' }],
    admins: [email],
    teams: { sales: { name: 'Sales', manager: email, assign: 'round_robin', members: [{ person: email }] } },
    routing: [
      { name: 'Known account goes to its owner', when: { account_owner: 'exists' }, to: { owner: 'account' } },
      { name: 'HIGH and MEDIUM to sales', when: { priority: ['HIGH', 'MEDIUM'] }, to: { team: 'sales' } },
      { name: 'LOW to nurture', when: { priority: 'LOW' }, to: 'nurture' },
    ],
    fallback: { team: 'sales', person: email },
    sla: {
      HIGH: {
        respond_within: '1h',
        clock: 'always',
        steps: [
          { at: '45m', do: 'nudge' },
          { at: '60m', do: 'remind' },
          { at: '90m', do: 'escalate' },
        ],
      },
      MEDIUM: { respond_within: '24h', clock: 'working', steps: [{ at: '24h', do: 'remind' }] },
    },
  };
  return `# The first rules of this workspace: everything comes to whoever installed Baton, until an admin changes them.\n${stringify(rules)}`;
}

const LONGEST_NAME = 100;
