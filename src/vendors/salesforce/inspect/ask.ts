/**
 * Reads the facts of an org: six calls as a rule, one more for every 25 flows, rules, layouts and messages together
 * (100 of them at most) beyond the first 25, one for a campaign of the playbook, and one for active duplicate rules;
 * whatever the number of people.
 */
import type { Org } from '../api/org.ts';
import { list, quote } from '../api/soql.ts';
import { withActions } from './duplicate-rules.ts';
import type { Meter, OrgAnswer, OrgFacts } from './facts.ts';
import { ask, askOne, queryOf, read, rowsOf, textOf } from './questions.ts';
import { askSetUp } from './set-up.ts';
import { shapeOf } from './shape.ts';
import { askedObjects, type Wanted, watchedObjects } from './wanted.ts';

export async function factsOf(org: Org, wanted: Wanted): Promise<OrgFacts> {
  const shapes = await askShapes(org, wanted);
  const { flowRows, ...records } = await askRecords(org, wanted);
  const setUp = await askSetUp(org, wanted, flowRows);
  const platform = await askPlatform(org);
  const duplicateRules = await withActions(org, shapes.duplicateRules);
  return { ...shapes, ...records, ...setUp, ...platform, duplicateRules };
}

/** Objects, people and queues: one call. */
async function askShapes(org: Org, wanted: Wanted) {
  const objects = askedObjects(wanted);
  const emails = list(wanted.people.map(one => one.email));
  const answers = await ask<string>(org, 'data', {
    ...Object.fromEntries(objects.map(object => [`describe ${object}`, `/sobjects/${object}/describe`])),
    users: queryOf(`SELECT Email, IsActive FROM User WHERE Email IN ${emails}`),
    queues: queryOf(`SELECT DeveloperName FROM Group WHERE Type = 'Queue' AND DeveloperName IN ${list(wanted.groups)}`),
    owned: queryOf(
      `SELECT Queue.DeveloperName, SobjectType FROM QueueSobject WHERE Queue.DeveloperName IN ${list(wanted.groups)}`,
    ),
    assignment: queryOf("SELECT Name FROM AssignmentRule WHERE SobjectType = 'Lead' AND Active = true"),
    duplicates: queryOf('SELECT DeveloperName, MasterLabel, SobjectType FROM DuplicateRule WHERE IsActive = true'),
  });
  const answer = (key: string): OrgAnswer<unknown> => answers[key] ?? { why: 'it was not asked' };
  return {
    objects: new Map(objects.map(object => [object, read(answer(`describe ${object}`), shapeOf)])),
    users: read(answer('users'), body =>
      rowsOf(body).map(row => ({ email: textOf(row, 'Email'), active: row.IsActive === true })),
    ),
    queues: queuesOf(answer('queues'), answer('owned')),
    assignmentRules: read(answer('assignment'), body => rowsOf(body).map(row => textOf(row, 'Name'))),
    duplicateRules: read(answer('duplicates'), body =>
      rowsOf(body).map(row => ({
        name: textOf(row, 'MasterLabel'),
        object: textOf(row, 'SobjectType'),
        developerName: textOf(row, 'DeveloperName'),
      })),
    ),
  };
}

function queuesOf(groups: OrgAnswer<unknown>, owned: OrgAnswer<unknown>): OrgFacts['queues'] {
  if (!('value' in groups)) return groups;
  return read(owned, body =>
    rowsOf(groups.value).map(row => {
      const developerName = textOf(row, 'DeveloperName');
      const own = rowsOf(body).filter(one => textOf(one, 'Queue', 'DeveloperName') === developerName);
      return { developerName, objects: own.map(one => textOf(one, 'SobjectType')) };
    }),
  );
}

/** So many owners are named. */
const MOST_OWNERS = 50;

/** Statuses of the playbook's campaign, if it names one: one call then. A call takes five queries, and five are asked. */
async function askCampaign(org: Org, { rules }: Wanted): Promise<OrgFacts['campaign']> {
  if (!rules.campaign) return { value: undefined };
  const name = quote(rules.campaign.name);
  // Every campaign has one at least.
  const answers = await ask(org, 'data', {
    statuses: queryOf(`SELECT Label FROM CampaignMemberStatus WHERE Campaign.Name = ${name}`),
  });
  return read(answers.statuses, body => {
    const labels = rowsOf(body).map(row => textOf(row, 'Label'));
    return labels.length > 0 ? labels : undefined;
  });
}

/** Open leads nobody works on, what their statuses mean, flows and triggers: one call, and one for a campaign. */
async function askRecords(org: Org, wanted: Wanted) {
  const answers = await ask(org, 'data', {
    leads: queryOf(
      'SELECT COUNT() FROM Lead WHERE IsConverted = false AND OwnerId IN (SELECT Id FROM User WHERE IsActive = false)',
    ),
    owners: queryOf(
      `SELECT Name FROM User WHERE IsActive = false AND Id IN (SELECT OwnerId FROM Lead WHERE IsConverted = false) LIMIT ${MOST_OWNERS}`,
    ),
    leadStatuses: queryOf('SELECT MasterLabel, IsConverted FROM LeadStatus ORDER BY SortOrder'),
    triggers: queryOf(
      `SELECT Name, TableEnumOrId FROM ApexTrigger WHERE Status = 'Active' AND TableEnumOrId IN ${list(watchedObjects(wanted))}`,
    ),
    flows: queryOf(
      "SELECT ApiName, Label, ActiveVersionId, TriggerObjectOrEvent.QualifiedApiName FROM FlowDefinitionView WHERE ProcessType IN ('AutoLaunchedFlow', 'Workflow')",
    ),
  });
  return {
    orphans: orphansOf(answers.leads, answers.owners),
    campaign: await askCampaign(org, wanted),
    leadStatuses: read(answers.leadStatuses, body =>
      rowsOf(body).map(row => ({ label: textOf(row, 'MasterLabel'), converted: row.IsConverted === true })),
    ),
    triggers: read(answers.triggers, body =>
      rowsOf(body).map(row => ({ name: textOf(row, 'Name'), object: textOf(row, 'TableEnumOrId') })),
    ),
    flowRows: read(answers.flows, rowsOf),
  };
}

function orphansOf(leads: OrgAnswer<unknown>, owners: OrgAnswer<unknown>): OrgFacts['orphans'] {
  if (!('value' in leads)) return leads;
  const total = Number((leads.value as { totalSize?: number }).totalSize ?? 0);
  return read(owners, body => ({ owners: rowsOf(body).map(row => textOf(row, 'Name')), leads: total }));
}

/** Versions, limits and the time: two calls. */
async function askPlatform(org: Org): Promise<Pick<OrgFacts, 'versions' | 'limits' | 'clockAhead'>> {
  const versions = await askOne(org, '/services/data');
  const sent = org.clock.now();
  const limits = await askOne(org, `${org.base}/limits`);
  const theirs = Date.parse(limits.date ?? '');
  return {
    versions: read(versions.told, body => (Array.isArray(body) ? body.map(row => textOf(row, 'version')) : [])),
    limits: read(limits.told, metersOf),
    clockAhead: Number.isNaN(theirs) ? undefined : theirs - sent.getTime(),
  };
}

function metersOf(body: unknown): ReadonlyMap<string, Meter> {
  const meters = Object.entries((body ?? {}) as Record<string, { Max?: number; Remaining?: number }>);
  return new Map(meters.map(([name, one]) => [name, { max: Number(one.Max), remaining: Number(one.Remaining) }]));
}
