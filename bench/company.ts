/**
 * The company of the bench: 360 reps in twelve teams, one team for each size of company. Slack takes a message a second
 * in a DM; with few reps the bench would measure that limit.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Sandbox } from '../sandbox/server.ts';
import { control } from './control.ts';

export const TEAMS = 12;
const REPS = 30;
/** Leads from this source become account, contact and opportunity. */
export const BY_ACCOUNT = 'REFERRALS';

const emailOf = (team: number, rep: number) => `rep-${team}-${rep}@example.com`;

/** Employees of a company whose leads go to this team. */
export function employeesFor(team: number): number {
  return 300 + team * 10;
}

/** Writes the bench's playbook: the base one, with these people, teams and rules. */
export async function writePlaybook(base: URL, file: string): Promise<void> {
  const playbook = parse(await readFile(base, 'utf8'));
  const teams = Array.from({ length: TEAMS }, (_, team) => team);
  playbook.people.push(
    ...teams.flatMap(team =>
      Array.from({ length: REPS }, (_, rep) => ({
        email: emailOf(team, rep),
        name: `Rep ${team}-${rep}`,
        time_zone: 'America/New_York',
      })),
    ),
  );
  for (const team of teams) {
    const members = Array.from({ length: REPS }, (_, rep) => ({ person: emailOf(team, rep) }));
    playbook.teams[`team_${team}`] = { name: `Team ${team}`, assign: 'round_robin', members };
  }
  playbook.routing = teams.flatMap(team => {
    const name = `Companies of about ${employeesFor(team)}`;
    const employees = { from: employeesFor(team), to: employeesFor(team) + 9 };
    const to = { team: `team_${team}` };
    return [
      { name: `${name}, by account`, when: { employees, lead_source: BY_ACCOUNT }, to, crm: 'account_based' },
      { name, when: { employees }, to },
    ];
  });
  await writeFile(file, stringify(playbook));
}

/** Enrichment knows the company: its leads are HIGH, and go to the team of its size. */
export async function knownCompany(
  sandbox: Sandbox,
  { domain, name, index }: { domain: string; name: string; index: number },
): Promise<void> {
  await control(sandbox, '/_sandbox/clearbit/companies', {
    domain,
    name: `${name} ${index}`,
    industry: 'Technology',
    employees: employeesFor(index % TEAMS),
    revenue: 50_000_000,
    city: 'San Francisco',
    state: 'CA',
    country: 'US',
    tech: ['Salesforce', 'HubSpot'],
  });
}

/** Makes the reps known in Slack and in Salesforce. */
export async function hire(sandbox: Sandbox): Promise<void> {
  for (let team = 0; team < TEAMS; team += 1) {
    for (let rep = 0; rep < REPS; rep += 1) {
      const email = emailOf(team, rep);
      await control(sandbox, '/_sandbox/slack/users', { email, real_name: `Rep ${team}-${rep}` });
      await control(sandbox, '/_sandbox/salesforce/User', {
        FirstName: 'Rep',
        LastName: `${team}-${rep}`,
        Name: `Rep ${team}-${rep}`,
        Email: email,
        Username: `${email}.crm`,
        Alias: `r${team}x${rep}`,
        IsActive: true,
        UserType: 'Standard',
        TimeZoneSidKey: 'America/New_York',
      });
    }
  }
}
