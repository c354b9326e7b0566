/** Since when a workspace has Baton in its Slack, by whose installation, and until when; and the end of its data. */
import type { Db } from '../connection.ts';

export interface Tenancy {
  workspaceId: string;
  slackTeamId: string;
  /** The Enterprise organization by whose installation it has Baton; null: by its own. */
  enterpriseId: string | null;
  installedAt: Date | null;
  /** It removed Baton. */
  uninstalledAt: Date | null;
}

interface Row {
  id: string;
  slack_team_id: string;
  slack_enterprise_id: string | null;
  installed_at: Date | null;
  uninstalled_at: Date | null;
}

const COLUMNS = ['id', 'slack_team_id', 'slack_enterprise_id', 'installed_at', 'uninstalled_at'] as const;

const toTenancy = (row: Row): Tenancy => ({
  workspaceId: row.id,
  slackTeamId: row.slack_team_id,
  enterpriseId: row.slack_enterprise_id,
  installedAt: row.installed_at,
  uninstalledAt: row.uninstalled_at,
});

export async function tenancyOfTeam(db: Db, slackTeamId: string): Promise<Tenancy | undefined> {
  const row = await db('workspaces').where({ slack_team_id: slackTeamId }).first(COLUMNS);
  return row && toTenancy(row);
}

export async function tenancyOf(db: Db, workspaceId: string): Promise<Tenancy | undefined> {
  const row = await db('workspaces').where({ id: workspaceId }).whereNotNull('slack_team_id').first(COLUMNS);
  return row && toTenancy(row);
}

/** Those that have Baton by this organization's installation. */
export async function tenanciesOfOrganization(db: Db, enterpriseId: string): Promise<Tenancy[]> {
  const rows: Row[] = await db('workspaces')
    .where({ slack_enterprise_id: enterpriseId, uninstalled_at: null })
    .orderBy('created_at')
    .select(COLUMNS);
  return rows.map(toTenancy);
}

/** It has Baton from now on, by its own installation or an organization's. */
export async function beginTenancy(
  trx: Db,
  workspaceId: string,
  { name, enterpriseId, at }: { name: string; enterpriseId: string | null; at: Date },
): Promise<void> {
  await trx('workspaces')
    .where({ id: workspaceId })
    .update({ name, slack_enterprise_id: enterpriseId, installed_at: at, uninstalled_at: null });
}

/** It has Baton by its own installation alone from now on, so that removing that one ends it. */
export async function leaveOrganization(trx: Db, workspaceId: string): Promise<void> {
  await trx('workspaces').where({ id: workspaceId }).update({ slack_enterprise_id: null });
}

/** The environment's own company uses it, whatever was removed before it had a bot of its own: its data stays. */
export async function keepTenancy(trx: Db, workspaceId: string): Promise<void> {
  await trx('workspaces').where({ id: workspaceId }).whereNotNull('uninstalled_at').update({ uninstalled_at: null });
}

/** It removed Baton at that time. False when it has come again since, or had left before. */
export async function endTenancy(
  trx: Db,
  workspaceId: string,
  { happenedAt, at }: { happenedAt: Date; at: Date },
): Promise<boolean> {
  const ended = await trx('workspaces')
    .where({ id: workspaceId, uninstalled_at: null })
    .whereRaw(`(installed_at is null or date_trunc('second', installed_at) <= ?)`, [happenedAt])
    .update({ uninstalled_at: at });
  return ended === 1;
}

/** Those that left before then and did not come again: theirs is to be erased. */
export async function tenanciesEndedBefore(db: Db, before: Date): Promise<string[]> {
  return db('workspaces').where('uninstalled_at', '<=', before).orderBy('uninstalled_at').pluck('id');
}

/**
 * Takes its Slack team from a workspace that left before then: if the team comes again it is a new one, whatever of the
 * old is not erased yet. False when it has come again already.
 */
export async function detachTenancy(db: Db, workspaceId: string, before: Date): Promise<boolean> {
  const detached = await db('workspaces')
    .where({ id: workspaceId })
    .andWhere('uninstalled_at', '<=', before)
    .update({ slack_team_id: null, slack_enterprise_id: null });
  return detached === 1;
}

/** Rows of one statement: what is longer under way than a statement may be would never come to its end. */
const PART = 5_000;

/** Deletes every row of a workspace in every table that has some, its waiting jobs, and at last itself. */
export async function eraseTenant(db: Db, workspaceId: string): Promise<void> {
  for (const table of await tablesOfTenants(db)) {
    for (let deleted = PART; deleted === PART; ) {
      const { rowCount } = await db.raw(
        'delete from ?? where ctid in (select ctid from ?? where workspace_id = ? limit ?)',
        [table, table, workspaceId, PART],
      );
      deleted = rowCount;
    }
  }
  await db.raw(
    `select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker._private_jobs
     where payload ->> 'workspaceId' = ? and locked_at is null having count(*) > 0`,
    [workspaceId],
  );
  await db('workspaces').where({ id: workspaceId }).delete();
}

/** Whatever has a `workspace_id`: a table that is added later is among them. */
async function tablesOfTenants(db: Db): Promise<string[]> {
  return db('information_schema.columns')
    .where({ table_schema: 'public', column_name: 'workspace_id' })
    .orderBy('table_name')
    .pluck('table_name');
}
