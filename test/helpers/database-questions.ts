/**
 * What stories ask the database where neither a person nor a vendor could see it: each question by its name. With
 * database-changes.ts the only place of the stories that knows tables, so that a change of schema breaks no story.
 */
import type { Role } from '../../src/contracts/role.ts';
import type { Db } from '../../src/db/connection.ts';
import { connectionOf } from '../../src/db/connections/connections.ts';
import { recordOfLead } from '../../src/db/handoffs/handoffs-of-lead.ts';
import { type Touch, touchesOf } from '../../src/db/handoffs/touches.ts';
import { newestPlaybook, type PlaybookVersion } from '../../src/db/workspaces/playbooks.ts';

/** Whatever works over a database: the system of a story does. */
export interface OverDatabase {
  app: { deps: { db: Db }; workspaceId: string };
}

const dbOf = (baton: OverDatabase): Db => baton.app.deps.db;

async function count(baton: OverDatabase, from: string): Promise<number> {
  const { rows } = await dbOf(baton).raw(`select count(*)::int as found from ${from}`);
  return rows[0].found;
}

/** Is there a signal nobody has read, or a job that runs or is due? */
export async function isBusy(baton: OverDatabase): Promise<boolean> {
  const left = await count(
    baton,
    `(select 1 from inbox where status = 'new' union all
      select 1 from graphile_worker._private_jobs
      where locked_by is not null or (is_available and run_at <= now())) as work`,
  );
  return left > 0;
}

/**
 * Jobs due within a minute of the real clock; what waits for its place's next second is among them. What comes by the
 * clock to every workspace has a moment of its own, which nobody waits for.
 */
export const jobsDueSoon = (baton: OverDatabase): Promise<number> =>
  count(
    baton,
    `graphile_worker.jobs where run_at < now() + interval '1 minute'
     and not (task_identifier in ('crm.poll', 'source.poll', 'directory.sync') and run_at > now())`,
  );

/** Waits until nobody is looking any more at the leads whose time had come by now. */
export async function sweepsEnded({ app, clock }: OverDatabase & { clock: { now(): Date } }): Promise<void> {
  await app.deps.db('handoffs').where('next_step_at', '<=', clock.now()).forShare().select('id');
}

/** Minutes until a test lead is cleaned up, by the real clock; undefined where that is not planned. */
export async function minutesUntilCleanup(baton: OverDatabase): Promise<number | undefined> {
  const { rows } = await dbOf(baton).raw(
    `select extract(epoch from run_at - now())::float / 60 as minutes from graphile_worker._private_jobs
     where key like 'cleanup:%'`,
  );
  return rows[0]?.minutes;
}

/** The record that an earlier handoff of the lead wrote in this CRM; undefined: none did. */
export const earlierRecord = ({ app }: OverDatabase, leadId: string, crm: string) =>
  recordOfLead(app.deps.db, app.workspaceId, leadId, crm);

/** Work that was ever put aside, replayed since or not. */
export const parkedJobs = (baton: OverDatabase): Promise<{ job: string; reason: string }[]> =>
  dbOf(baton)('parked_jobs').orderBy('id').select('job', 'reason');

/** Leads whose record waits until the CRM answers again. */
export const leadsWaitingForCrm = (baton: OverDatabase): Promise<number> =>
  count(
    baton,
    `(select distinct payload->>'handoffId' from parked_jobs
      where replayed_at is null and verdict = 'waiting_for_connection' and job = 'handoff.record') as leads`,
  );

/** How a vendor's connection in this role stands; undefined where there is none. */
export const connectionIn = ({ app }: OverDatabase, vendor: string, role: Role) =>
  connectionOf(app.deps.db, app.workspaceId, { vendor, role });

/** How the workspace's connection to Salesforce stands; undefined where there is none. */
export const salesforceStatus = async (baton: OverDatabase): Promise<'active' | 'paused' | 'away' | undefined> =>
  (
    await dbOf(baton)('connections')
      .where({ workspace_id: baton.app.workspaceId, vendor: 'salesforce' })
      .first('status')
  )?.status;

/** Where polling of each connection stopped, by vendor and role; null: nobody has polled it yet. */
export async function cursors(baton: OverDatabase): Promise<Record<string, unknown>> {
  const rows = await dbOf(baton)('connections')
    .where({ workspace_id: baton.app.workspaceId })
    .whereNot({ role: 'chat' })
    .orderBy(['vendor', 'role']);
  return Object.fromEntries(rows.map(({ vendor, role, cursor }) => [`${vendor} ${role}`, cursor]));
}

/** Is nothing asked of Salesforce in the workspace's name until somebody logs in? */
export const isSalesforcePaused = async (baton: OverDatabase): Promise<boolean> =>
  (await salesforceStatus(baton)) === 'paused';

/** How often admins were to hear that Salesforce has been away for long. */
export const noticesOfSalesforceAway = (baton: OverDatabase): Promise<number> =>
  count(baton, `notices where key like 'away:salesforce:%'`);

/** The log-ins that are kept or were: the workspace's and people's own. */
export const logins = (
  baton: OverDatabase,
): Promise<{ holder: string; status: string; sealed: string; tenant: string }[]> =>
  dbOf(baton)('credentials').orderBy('holder').select('holder', 'status', 'sealed', 'tenant');

/** Log-ins to an organization that nobody has said yes or no to. */
export const unansweredLogins = (baton: OverDatabase): Promise<number> =>
  count(baton, 'connect_attempts where sealed_tokens is not null');

/** All that is stored of log-ins, as text: to look for what must not lie open. */
export const storedOfLogins = async (baton: OverDatabase): Promise<string> =>
  JSON.stringify([await dbOf(baton)('connect_attempts'), await dbOf(baton)('credentials')]);

/** People who were offered a log-in of their own, or told that theirs lapsed. */
export const peopleNotifiedOfPersonalLogin = (baton: OverDatabase): Promise<string[]> =>
  dbOf(baton)('personal_login_notices').pluck('email');

/** Who this is in Slack, where Baton knows it. */
export const slackIdKnown = async (baton: OverDatabase, email: string): Promise<string | undefined> =>
  (await dbOf(baton)('people').where({ email }).first('slack_id'))?.slack_id ?? undefined;

/** Whom Baton has looked for in Slack, found or not. */
export const peopleLookedUp = (baton: OverDatabase): Promise<string[]> =>
  dbOf(baton)('people').whereNotNull('slack_checked_at').pluck('email');

/** What came of each signal of a source, oldest first. */
export const outcomesOfSignals = (baton: OverDatabase): Promise<string[]> =>
  dbOf(baton)('inbox').orderBy('id').pluck('outcome');

/** Signals of all workspaces that nobody has read. */
export const signalsWaiting = (baton: OverDatabase): Promise<number> =>
  count(baton, `(select 1 from inbox where status = 'new') as waiting`);

/** What came of each event of the CRM, oldest first. */
export const outcomesOfCrmEvents = (baton: OverDatabase): Promise<string[]> =>
  dbOf(baton)('crm_events').orderBy('id').pluck('outcome');

/** How each change of an owner in the CRM stands, oldest first. */
export const ownerChangeStates = (baton: OverDatabase): Promise<string[]> =>
  dbOf(baton)('owner_changes').orderBy('id').pluck('state');

/** Records of the CRM that are known to be this lead's, also those it had before. */
export const recordsKnownOf = (baton: OverDatabase, handoffId: string): Promise<string[]> =>
  dbOf(baton)('crm_links').where({ handoff_id: handoffId }).pluck('record_id');

/** What each is owed of turns, by team and address. */
export const rotationCredits = (baton: OverDatabase): Promise<{ team: string; email: string; credits: number }[]> =>
  dbOf(baton)('rotation').whereNot('credits', 0).orderBy(['team', 'email']).select('team', 'email', 'credits');

/** Whose turn leads were, in every team. */
export const turnsGiven = (baton: OverDatabase): Promise<{ email: string; given: number }[]> =>
  dbOf(baton)('rotation').where('given', '>', 0).orderBy(['team', 'email']).select('email', 'given');

/** Cards that stand in the line of a place. */
export const cardsInLine = (baton: OverDatabase): Promise<number> =>
  count(baton, 'cards where waiting_since is not null');

/** Homes that Slack has taken. */
export const homesDrawn = (baton: OverDatabase): Promise<number> => count(baton, 'homes where landed > 0');

/** People behind the leads, those of test leads too. */
export const leadsKept = (baton: OverDatabase): Promise<number> => count(baton, 'leads');

/** Leads that people asked to hand off. */
export const requestsByHand = (baton: OverDatabase): Promise<number> => count(baton, 'manual_leads');

/** What was told to the sources of leads. */
export const feedbackKept = (baton: OverDatabase): Promise<number> => count(baton, 'feedback');

/** What was done about a lead, oldest first. */
export const touches = ({ app }: OverDatabase, handoffId: string): Promise<Touch[]> =>
  touchesOf(app.deps.db, app.workspaceId, handoffId);

/** The rules that count now, with who wrote them. */
export async function rulesInForce({ app }: OverDatabase): Promise<PlaybookVersion> {
  const found = await newestPlaybook(app.deps.db, app.workspaceId);
  if (!found) throw new Error('no playbook was ever saved');
  return found;
}

/** What Baton has written down of its leads, in the order of it. */
export async function booksOfLeads(baton: OverDatabase): Promise<Record<string, unknown[]>> {
  const db = dbOf(baton);
  return {
    timeline: await db('timeline').orderBy('id').select('kind', 'text', 'handoff_id'),
    rotation: await db('rotation').orderBy(['team', 'email']),
    parked: await db('parked_jobs').select('job', 'reason'),
    touches: await db('touches').orderBy('id').select('id', 'crm_state', 'crm_id'),
  };
}

/** Noted whoever asks, or does not: repeats, when the sweep last looked, how many calls were made. */
const NOTED_ANYWAY = ['deliveries_seen', 'ticks', 'api_usage', 'call_rates'];

/** Everything that is stored, by table, and not how far polling is: equal before and after means that nothing was done. */
export async function everythingStored(baton: OverDatabase): Promise<Record<string, unknown[]>> {
  const { rows } = await dbOf(baton).raw(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const stored: Record<string, unknown[]> = {};
  for (const { name } of rows as { name: string }[]) {
    if (name.startsWith('knex_') || NOTED_ANYWAY.includes(name)) continue;
    const content = await dbOf(baton).raw(`select to_jsonb(t) - 'cursor' as row from ?? as t order by 1`, [name]);
    stored[name] = content.rows;
  }
  return stored;
}

/** Everything that is stored of one workspace, by table, with the jobs that wait for it. */
export async function storedOfWorkspace(baton: OverDatabase): Promise<Record<string, unknown[]>> {
  const { workspaceId } = baton.app;
  const db = dbOf(baton);
  const { rows } = await db.raw(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'workspace_id' order by 1`,
  );
  const stored: Record<string, unknown[]> = {
    workspaces: await db('workspaces').where({ id: workspaceId }),
    jobs: (
      await db.raw(`select payload from graphile_worker._private_jobs where payload->>'workspaceId' = ?`, [workspaceId])
    ).rows,
  };
  for (const { name } of rows as { name: string }[]) {
    stored[name] = (
      await db.raw(`select to_jsonb(t) as row from ?? as t where workspace_id = ? order by 1`, [name, workspaceId])
    ).rows;
  }
  return stored;
}

/** What is stored of leads and what was made for them. */
export async function storedOfLeads(baton: OverDatabase): Promise<Record<string, unknown[] | undefined>> {
  const { handoffs, leads, cards, timeline, manual_leads, source_contacts, rotation, parked_jobs } =
    await everythingStored(baton);
  return { handoffs, leads, cards, timeline, manual_leads, source_contacts, rotation, parked_jobs };
}

/** Transactions that wait for a lock; `what`: only those whose statement names it. */
export const waitingForLocks = (baton: OverDatabase, what = ''): Promise<number> =>
  count(
    baton,
    `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%${what}%'`,
  );

/** Every table that holds something of a workspace, and the queue. */
export async function tenantTables({ app }: OverDatabase): Promise<string[]> {
  const tables = await app.deps
    .db('information_schema.columns')
    .where({ table_schema: 'public', column_name: 'workspace_id' })
    .pluck('table_name');
  return [...tables, 'workspaces', 'graphile_worker._private_jobs'];
}

/** Rows of these tables that name the workspace anywhere. */
export async function rowsNaming({ app }: OverDatabase, tables: readonly string[]): Promise<number> {
  let found = 0;
  for (const table of tables) {
    const { rows } = await app.deps.db.raw('select count(*)::int as rows from ?? as t where t::text like ?', [
      table,
      `%${app.workspaceId}%`,
    ]);
    found += rows[0].rows;
  }
  return found;
}

/** Tables with a row that says this anywhere in its text or JSON, the job queue's among them; capitals do not count. */
export async function tablesSaying({ app }: OverDatabase, words: readonly string[]): Promise<string[]> {
  const { db } = app.deps;
  const { rows } = await db.raw(
    `select table_schema || '.' || table_name as name, array_agg(column_name::text) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'
       and data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY') group by 1 order by 1`,
  );
  const saying: string[] = [];
  for (const { name, columns } of rows as { name: string; columns: string[] }[]) {
    const said = columns.map(column => `lower(coalesce("${column}"::text, ''))`).join(` || ' ' || `);
    const found = await db.raw(
      `select exists (select from ${name} where exists
         (select from unnest(?::text[]) as word where strpos(${said}, word) > 0)) as found`,
      [words.map(word => word.toLowerCase())],
    );
    if (found.rows[0].found) saying.push(name);
  }
  return saying;
}

/** How many sealed tokens are kept of an installation in Slack. */
export async function tokensKeptFor({ app }: OverDatabase, slackId: string): Promise<number> {
  const rows = await app.deps.db('slack_installations').where({ slack_id: slackId }).whereNot({ sealed: '' });
  return rows.length;
}
