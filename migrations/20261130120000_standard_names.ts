import type { Knex } from 'knex';

/**
 * Tables, columns and values by the names the code has for them. Processes of the release before know none of these:
 * they are stopped before this runs (docs/decisions.md).
 */
const TABLES = [
  'alter table deeds rename to idempotency_keys',
  'alter table crm_news rename to crm_events',
  'alter table fed_back rename to feedback',
];
const FORMER_TABLES = [
  'alter table idempotency_keys rename to deeds',
  'alter table crm_events rename to crm_news',
  'alter table feedback rename to fed_back',
];
const INDEXES = [
  ['deeds_pkey', 'idempotency_keys_pkey'],
  ['deeds_by_age', 'idempotency_keys_by_age'],
  ['crm_news_pkey', 'crm_events_pkey'],
  ['crm_news_workspace_id_key_key', 'crm_events_workspace_id_key_key'],
  ['fed_back_pkey', 'feedback_pkey'],
  ['fed_back_by_contact', 'feedback_by_contact'],
  ['handoffs_by_rung', 'handoffs_by_next_step'],
  ['handoffs_without_rung', 'handoffs_without_next_step'],
] as const;
/** Of tables by the names they have from now on. */
const COLUMNS = [
  ['crm_events', 'news', 'event'],
  ['handoffs', 'rung_at', 'next_step_at'],
  ['handoffs', 'cold_told_at', 'cold_notified_at'],
  ['notices', 'told_at', 'sent_at'],
  ['manual_leads', 'told_at', 'notified_at'],
  ['personal_login_notices', 'lapse_told_of', 'lapse_notified_of'],
  ['rotation', 'lag', 'credits'],
] as const;
const CONSTRAINTS = [
  ['idempotency_keys', 'deeds_workspace_id_fkey', 'idempotency_keys_workspace_id_fkey'],
  ['crm_events', 'crm_news_workspace_id_fkey', 'crm_events_workspace_id_fkey'],
  ['feedback', 'fed_back_workspace_id_fkey', 'feedback_workspace_id_fkey'],
  ['feedback', 'fed_back_handoff_id_fkey', 'feedback_handoff_id_fkey'],
] as const;

/** The rotation's lock and its state in one round trip: see the migration that made `rotation_books`. */
const rotationFunction = (name: string, column: string): string => `
    create function ${name}(ws uuid, at timestamptz, out turns json, out people json, out absences json)
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock(${0x6262}, hashtext(ws::text));
      select coalesce(json_agg(r), '[]') into turns
        from (select team, email, ${column} from rotation where workspace_id = ws) r;
      select coalesce(json_agg(p), '[]') into people
        from (select email, slack_id, slack_active, slack_checked_at, crm_user_id, crm_active, crm_checked_at
              from people where workspace_id = ws) p;
      select coalesce(json_agg(a), '[]') into absences
        from (select email, starts_at, ends_at, note from absences
              where workspace_id = ws and (ends_at is null or ends_at > at)) a;
    end $$;
  `;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function rotation_books(uuid, timestamptz);
    ${TABLES.join(';\n')};
    ${INDEXES.map(([before, now]) => `alter index ${before} rename to ${now};`).join('\n')}
    ${COLUMNS.map(([table, before, now]) => `alter table ${table} rename column ${before} to ${now};`).join('\n')}
    ${CONSTRAINTS.map(([table, before, now]) => `alter table ${table} rename constraint ${before} to ${now};`).join('\n')}
    ${rotationFunction('lock_rotation', 'credits')}
    update timeline set kind = 'feedback_written' where kind = 'fed_back';
    update crm_events set outcome = 'no_record' where outcome = 'gone';
    update handoffs set facts = facts - 'gone' || jsonb_build_object('deletedRecord', facts->'gone')
      where jsonb_exists(facts, 'gone');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update handoffs set facts = facts - 'deletedRecord' || jsonb_build_object('gone', facts->'deletedRecord')
      where jsonb_exists(facts, 'deletedRecord');
    update crm_events set outcome = 'gone' where outcome = 'no_record';
    update timeline set kind = 'fed_back' where kind = 'feedback_written';
    drop function lock_rotation(uuid, timestamptz);
    ${CONSTRAINTS.map(([table, before, now]) => `alter table ${table} rename constraint ${now} to ${before};`).join('\n')}
    ${COLUMNS.map(([table, before, now]) => `alter table ${table} rename column ${now} to ${before};`).join('\n')}
    ${INDEXES.map(([before, now]) => `alter index ${now} rename to ${before};`).join('\n')}
    ${FORMER_TABLES.join(';\n')};
    ${rotationFunction('rotation_books', 'lag')}
  `);
}
