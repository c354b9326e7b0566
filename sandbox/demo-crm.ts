/** The demo beside another CRM than Salesforce: its playbook, what an admin sets up there once, and what stands there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running } from '../src/app.ts';
import { enqueue } from '../src/jobs/queue.ts';
import { matchPeople } from '../src/jobs/requests.ts';

export const DEMO_CRMS = ['salesforce', 'hubspot', 'pipedrive', 'zoho'] as const;
export type DemoCrm = (typeof DEMO_CRMS)[number];

export const CRM_NAMES: Record<DemoCrm, string> = {
  salesforce: 'Salesforce',
  hubspot: 'HubSpot CRM',
  pipedrive: 'Pipedrive',
  zoho: 'Zoho CRM',
};

/** Whom Salesforce knows already: with another CRM, nobody does. */
const KNOWN_IN_SALESFORCE: readonly string[] = ['customer', 'duplicate'];
export const isOf = (crm: DemoCrm, { key }: { key: string }): boolean =>
  crm === 'salesforce' || !KNOWN_IN_SALESFORCE.includes(key);

/** A lead as the page lists it. */
interface CrmLine {
  name: string;
  company?: unknown;
  score?: unknown;
  fit?: unknown;
  status?: unknown;
  followUp?: unknown;
  href?: string;
}
type Row = Record<string, unknown>;
type Ask = <T>(path: string) => Promise<T>;

/** The example's own fields, stage and statuses are Salesforce's: another CRM has its defaults. */
const SECTION = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;

/** Writes the example for another CRM into a folder of its own; `remove` takes it away again. */
export async function playbookFor(crm: DemoCrm, example: string): Promise<{ file: string; remove(): Promise<void> }> {
  const text = (await readFile(example, 'utf8')).replace(SECTION, () => `\n  system: ${crm}\n\npeople:\n`);
  const dir = await mkdtemp(join(tmpdir(), 'baton-demo-'));
  const file = join(dir, 'playbook.yaml');
  await writeFile(file, text);
  return { file, remove: () => rm(dir, { recursive: true, force: true }) };
}

const HUBSPOT_OWNERS = [
  ['marcus@example.com', 'Marcus', 'Chen'],
  ['priya@example.com', 'Priya', 'Nair'],
  ['tom@example.com', 'Tom', 'Okafor'],
  ['dana@example.com', 'Dana', 'Ruiz'],
] as const;

/** As an admin does it once: the people there, and the fields, by the button on Home. */
export async function setUpCrm({ deps, workspaceId }: Running, crm: DemoCrm, sandboxUrl: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${sandboxUrl}/_sandbox/hubspot/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the sandbox refused ${path}: ${await answer.text()}`);
  };
  if (crm === 'hubspot') {
    await post('settings', { leads: true, searchesPerSecond: null });
    for (const [email, firstName, lastName] of HUBSPOT_OWNERS) await post('owners', { email, firstName, lastName });
  }
  const { crm: connected } = await deps.vendors(workspaceId);
  const address = await deps.hookAddress(workspaceId, crm);
  const done = await connected?.setup?.deploy(address ?? '', () => undefined);
  if (!done?.ok) throw new Error(`${CRM_NAMES[crm]} could not be set up: ${JSON.stringify(done)}`);
  if (crm === 'hubspot') await post('webhooks', { crm: true });
  await enqueue(deps.db, matchPeople(workspaceId));
}

/** The leads of the CRM, with what is to be done about each. */
export const linesOf: Record<DemoCrm, (ask: Ask, sandboxUrl: string) => Promise<CrmLine[]>> = {
  async salesforce(ask, sandboxUrl) {
    const [leads, tasks] = await Promise.all([
      ask<Row[] | { records: Row[] }>('/_sandbox/salesforce/Lead'),
      ask<Row[] | { records: Row[] }>('/_sandbox/salesforce/Task'),
    ]);
    const subjects = subjectsBy(listOf(tasks), 'Subject', task => [task.WhoId]);
    return listOf(leads).map(one => ({
      name: nameOf(one.FirstName, one.LastName),
      company: one.Company,
      score: one.Lead_Score__c,
      fit: one.ICP_Fit_Score__c,
      status: one.Status,
      followUp: subjects.get(String(one.Id)),
      href: `${sandboxUrl}/salesforce/lightning/r/Lead/${one.Id}/view`,
    }));
  },
  async hubspot(ask) {
    const [leads, contacts, tasks] = await Promise.all([
      ask<Row[]>('/_sandbox/hubspot/leads'),
      ask<Row[]>('/_sandbox/hubspot/0-1'),
      ask<Row[]>('/_sandbox/hubspot/tasks'),
    ]);
    const about = (row: Row, what: string) => (row.about as Record<string, string[]>)[what] ?? [];
    const subjects = subjectsBy(tasks, 'hs_task_subject', task => about(task, 'leads'));
    return leads.map(one => {
      const contact = contacts.find(({ id }) => about(one, 'contacts').includes(String(id)));
      return {
        name: nameOf(contact?.firstname, contact?.lastname) || String(one.hs_lead_name),
        company: contact?.company,
        score: contact?.baton_lead_score,
        fit: contact?.baton_icp_fit_score,
        status: one.hs_pipeline_stage,
        followUp: subjects.get(String(one.id)),
      };
    });
  },
  async pipedrive(ask) {
    const [leads, persons, organizations, activities] = await Promise.all(
      ['leads', 'persons', 'organizations', 'activities'].map(table => ask<Row[]>(`/_sandbox/pipedrive/${table}`)),
    );
    const byId = (rows: Row[] = [], id: unknown) => rows.find(one => String(one.id) === String(id));
    const subjects = subjectsBy(activities ?? [], 'subject', one => [one.lead_id]);
    return (leads ?? []).map(one => ({
      name: String(byId(persons, one.person_id)?.name ?? one.title),
      company: byId(organizations, one.organization_id)?.name,
      status: one.is_archived ? 'archived' : 'open',
      followUp: subjects.get(String(one.id)),
    }));
  },
  async zoho(ask) {
    const [leads, tasks] = await Promise.all([ask<Row[]>('/_sandbox/zoho/Leads'), ask<Row[]>('/_sandbox/zoho/Tasks')]);
    const idOf = (link: unknown) => (link as { id?: string } | null | undefined)?.id;
    const subjects = subjectsBy(tasks, 'Subject', task => [idOf(task.What_Id), idOf(task.Who_Id)]);
    return leads.map(one => ({
      name: nameOf(one.First_Name, one.Last_Name),
      company: one.Company,
      score: one.Lead_score,
      fit: one.ICP_fit_score,
      status: one.Lead_Status,
      followUp: subjects.get(one.id as string),
    }));
  },
};

const listOf = (given: Row[] | { records: Row[] }): Row[] => (Array.isArray(given) ? given : given.records);
const nameOf = (...parts: unknown[]) => parts.filter(Boolean).join(' ');
const subjectsBy = (tasks: Row[], subject: string, about: (task: Row) => unknown[]) =>
  new Map(tasks.flatMap(task => about(task).map(id => [String(id), task[subject]] as const)));
