/** What the playbook needs to do its work, as far as it is not there. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import type { ConnectionKey } from '../../contracts/role.ts';
import type { Person } from '../../db/people/people.ts';
import type { Seen } from '../../db/reports/first-leads.ts';
import { serviceName } from '../../domain/service-name.ts';

export interface Needs {
  /** Without these no lead comes through as it should: a sentence each, with what to do. */
  lacking: string[];
  /** Worth knowing; it works without. */
  notes: string[];
}

interface Given {
  playbook: Playbook;
  connections: readonly (ConnectionKey & { lastSignalAt: Date | null })[];
  people: readonly Person[];
  seen: Seen;
}

/** Everything unmet, the first thing to mend in front. */
export function needsOf(given: Given): Needs {
  const { connections, seen } = given;
  const has = (role: ConnectionKey['role']) => connections.some(one => one.role === role);
  const lacking = [
    ...(has('source') ? [] : ['No marketing system is connected: no lead can arrive. Connect one under Set-up.']),
    ...(has('crm')
      ? []
      : ['No CRM is connected: leads reach people, but no record is made. Connect one under Set-up.']),
    ...scoreless(given),
    ...emptyTeams(given),
    ...(seen.lead
      ? []
      : ['No lead has come through yet: “/mql test” tries the way, and this ends with the first real one.']),
  ];
  return { lacking, notes: [...unenriched(given), ...(has('crm') ? [] : crmRules(given))] };
}

/** Signals came, but no score with any of them: the property may be the wrong one. */
function scoreless({ playbook, connections, seen }: Given): string[] {
  if (seen.score || playbook.scoring !== undefined) return [];
  return connections
    .filter(({ role, lastSignalAt }) => role === 'source' && lastSignalAt !== null)
    .flatMap(({ vendor }) => {
      const property = playbook.mql.score_property[vendor];
      return property === undefined
        ? []
        : [
            `${serviceName(vendor)} has told no score so far. Is “${property}” the property that holds it? It is mql.score_property in the playbook.`,
          ];
    });
}

function emptyTeams({ playbook, people }: Given): string[] {
  const gone = new Set(
    people.filter(one => one.slackActive === false || one.crmActive === false).map(one => one.email),
  );
  return Object.values(playbook.teams)
    .filter(team => team.members.every(({ person }) => gone.has(person)))
    .map(team => `Nobody of ${team.name} is active: its leads go to the fallback. Change its members under Set-up.`);
}

function unenriched({ playbook, connections }: Given): string[] {
  if (connections.some(({ role }) => role === 'enricher')) return [];
  const wanted = playbook.enrichment.map(name => serviceName(name)).join(' or ');
  return [
    `No enrichment is connected${wanted ? ` (${wanted})` : ''}: the fit rests on what the marketing system knows of a company, and is flagged where that is little.`,
  ];
}

/** Without a CRM nothing is known of accounts. */
function crmRules({ playbook }: Given): string[] {
  const rules = playbook.routing.filter(
    rule => rule.when.account_owner !== undefined || rule.to.kind === 'account_owner',
  );
  return rules.map(rule => `The rule “${rule.name}” asks for a record's owner and never matches without a CRM.`);
}
