import type { Db } from '../connection.ts';

/** A person of the playbook as Slack and the CRM know them. Active null: nobody of that address, or not asked yet. */
export interface Person {
  email: string;
  slackId: string | null;
  slackActive: boolean | null;
  slackAsked: boolean;
  /** As Slack shows them; null: not asked since it is kept. */
  slackName?: string | null;
  slackZone?: string | null;
  crmUserId: string | null;
  crmActive: boolean | null;
  crmAsked: boolean;
}

const COLUMNS = [
  'email',
  'slack_id',
  'slack_active',
  'slack_checked_at',
  'slack_name',
  'slack_zone',
  'crm_user_id',
  'crm_active',
  'crm_checked_at',
] as const;

/** A stored row, whether it came as columns or as JSON. */
export function toPerson(row: {
  email: string;
  slack_id: string | null;
  slack_active: boolean | null;
  slack_checked_at: Date | string | null;
  slack_name?: string | null;
  slack_zone?: string | null;
  crm_user_id: string | null;
  crm_active: boolean | null;
  crm_checked_at: Date | string | null;
}): Person {
  return {
    email: row.email,
    slackId: row.slack_id,
    slackActive: row.slack_active,
    slackAsked: row.slack_checked_at !== null,
    slackName: row.slack_name ?? null,
    slackZone: row.slack_zone ?? null,
    crmUserId: row.crm_user_id,
    crmActive: row.crm_active,
    crmAsked: row.crm_checked_at !== null,
  };
}

export async function peopleOf(db: Db, workspaceId: string): Promise<Person[]> {
  return (await db('people').where({ workspace_id: workspaceId })).map(toPerson);
}

export async function personByEmail(db: Db, workspaceId: string, email: string): Promise<Person | undefined> {
  const row = await db('people').where({ workspace_id: workspaceId, email }).first(COLUMNS);
  return row && toPerson(row);
}

/** Whose CRM user is this? */
export async function emailOfCrmUser(db: Db, workspaceId: string, crmUserId: string): Promise<string | undefined> {
  const row = await db('people').where({ workspace_id: workspaceId, crm_user_id: crmUserId }).first('email');
  return row?.email;
}

export async function personBySlackId(db: Db, workspaceId: string, slackId: string): Promise<Person | undefined> {
  const row = await db('people').where({ workspace_id: workspaceId, slack_id: slackId }).first(COLUMNS);
  return row && toPerson(row);
}

/** Whoever was known and is not found any more was deleted: inactive, which is not the same as never found. */
function seenBefore(db: Db, { id, active, asked }: { id: string; active: string; asked: string }) {
  return {
    [id]: db.raw('coalesce(excluded.??, people.??)', [id, id]),
    [active]: db.raw('case when excluded.?? is null and people.?? is not null then false else excluded.?? end', [
      id,
      id,
      active,
    ]),
    [asked]: db.raw('excluded.??', [asked]),
  };
}

export async function rememberSlackPerson(
  db: Db,
  workspaceId: string,
  email: string,
  found: { slackId: string; active: boolean; name?: string; timeZone?: string } | null,
  at: Date,
): Promise<void> {
  await db('people')
    .insert({
      workspace_id: workspaceId,
      email,
      slack_id: found?.slackId ?? null,
      slack_active: found?.active ?? null,
      slack_checked_at: at,
      slack_name: found?.name ?? null,
      slack_zone: found?.timeZone ?? null,
    })
    .onConflict(['workspace_id', 'email'])
    .merge({
      ...seenBefore(db, { id: 'slack_id', active: 'slack_active', asked: 'slack_checked_at' }),
      slack_name: db.raw('coalesce(excluded.slack_name, people.slack_name)'),
      slack_zone: db.raw('coalesce(excluded.slack_zone, people.slack_zone)'),
    });
}

export async function rememberCrmPerson(
  db: Db,
  workspaceId: string,
  email: string,
  found: { id: string; active: boolean } | null,
  at: Date,
): Promise<void> {
  await db('people')
    .insert({
      workspace_id: workspaceId,
      email,
      crm_user_id: found?.id ?? null,
      crm_active: found?.active ?? null,
      crm_checked_at: at,
    })
    .onConflict(['workspace_id', 'email'])
    .merge(seenBefore(db, { id: 'crm_user_id', active: 'crm_active', asked: 'crm_checked_at' }));
}

/** Who they are in the CRM is to be asked anew: it is another tenant now. */
export async function forgetCrmPeople(trx: Db, workspaceId: string): Promise<void> {
  await trx('people')
    .where({ workspace_id: workspaceId })
    .update({ crm_user_id: null, crm_active: null, crm_checked_at: null });
}

export interface Absence {
  email: string;
  from: Date;
  until: Date | null;
  note: string;
}

/** A stored row, whether it came as columns or as JSON. */
export function toAbsence(row: { email: string; starts_at: string; ends_at: string | null; note: string }): Absence {
  return {
    email: row.email,
    from: new Date(row.starts_at),
    until: row.ends_at === null ? null : new Date(row.ends_at),
    note: row.note,
  };
}

export async function addAbsence(db: Db, workspaceId: string, absence: Absence): Promise<void> {
  await db('absences').insert({
    workspace_id: workspaceId,
    email: absence.email,
    starts_at: absence.from,
    ends_at: absence.until,
    note: absence.note,
  });
}

/** Absences that are not over at `at`, those that begin first in front. */
export async function absencesAfter(db: Db, workspaceId: string, at: Date): Promise<Absence[]> {
  const rows = await db('absences')
    .where({ workspace_id: workspaceId })
    .andWhere(query => query.whereNull('ends_at').orWhere('ends_at', '>', at))
    .orderBy('starts_at');
  return rows.map(toAbsence);
}

/**
 * Adds an absence in place of whatever the person had for its time: what has begun before it ends where it begins,
 * what lies within it goes, what goes on after it begins where it ends. Call it in a transaction.
 */
export async function replaceAbsence(trx: Db, workspaceId: string, absence: Absence): Promise<void> {
  const { email, from, until } = absence;
  const theirs = () => trx('absences').where({ workspace_id: workspaceId, email });
  await theirs()
    .andWhere('starts_at', '<', from)
    .andWhere(query => query.whereNull('ends_at').orWhere('ends_at', '>', from))
    .update({ ends_at: from });
  const within = theirs().andWhere('starts_at', '>=', from);
  if (until) {
    await theirs()
      .andWhere('starts_at', '>', from)
      .andWhere('starts_at', '<', until)
      .andWhere(query => query.whereNull('ends_at').orWhere('ends_at', '>', until))
      .update({ starts_at: until });
    within.andWhere('starts_at', '<', until);
  }
  await within.delete();
  await addAbsence(trx, workspaceId, absence);
}

/** All absences of one person, those that begin first in front. */
export async function absencesOf(db: Db, workspaceId: string, email: string): Promise<Absence[]> {
  const rows = await db('absences').where({ workspace_id: workspaceId, email }).orderBy(['starts_at', 'ends_at']);
  return rows.map(toAbsence);
}

/** The person's absences become these, as JSON has them. Call it in a transaction. */
export async function restoreAbsences(trx: Db, workspaceId: string, email: string, kept: unknown): Promise<void> {
  await trx('absences').where({ workspace_id: workspaceId, email }).delete();
  for (const { from, until, note } of kept as { from: string; until: string | null; note: string }[]) {
    await addAbsence(trx, workspaceId, {
      email,
      from: new Date(from),
      until: until === null ? null : new Date(until),
      note,
    });
  }
}

/** Ends every absence of the person that runs at `at`; answers how many. */
export async function endAbsences(db: Db, workspaceId: string, email: string, at: Date): Promise<number> {
  return db('absences')
    .where({ workspace_id: workspaceId, email })
    .andWhere('starts_at', '<=', at)
    .andWhere(query => query.whereNull('ends_at').orWhere('ends_at', '>', at))
    .update({ ends_at: at });
}

/** Workspaces some of whose people are not active in Slack or the CRM. */
export async function workspacesWithInactive(db: Db): Promise<string[]> {
  return db('people')
    .where({ slack_active: false })
    .orWhere({ crm_active: false })
    .distinct('workspace_id')
    .pluck('workspace_id');
}
