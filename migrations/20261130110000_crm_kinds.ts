import type { Knex } from 'knex';

/**
 * Records of a CRM by their kind instead of by one vendor's names of objects. Until now that vendor was the only CRM, so
 * that everything stored is its; its ids have 15 or 18 letters, and three first ones that tell events from tasks.
 */

/** Until now, and from now on. */
const KINDS = [
  ['Lead', 'lead'],
  ['Contact', 'contact'],
  ['Account', 'company'],
  ['Opportunity', 'deal'],
] as const;

const translated = (column: string, pairs: readonly (readonly [string, string])[]): string =>
  `case ${column} ${pairs.map(([from, to]) => `when '${from}' then '${to}'`).join(' ')} end`;
const turned = KINDS.map(([from, to]) => [to, from] as const);

/** `{… account, opportunity}` with other names; what is inside has others as well. */
const renamed = (json: string, names: readonly (readonly [string, string])[]): string =>
  `(${json}) ${names.map(([from]) => `- '${from}'`).join(' ')}${names
    .map(
      ([from, to]) =>
        ` || case when (${json}) ? '${from}' then jsonb_build_object('${to}', (${json})->'${from}') else '{}' end`,
    )
    .join('')}`;

/** Only what the CRM's look-up wrote is in there: no key or value of it is a lead's own. */
const inside = (json: string, replacements: readonly (readonly [string, string])[]): string =>
  `${replacements.reduce((text, [from, to]) => `replace(${text}, '${from}', '${to}')`, `(${json})::text`)}::jsonb`;

const GROUPS = [
  ['"accountId":', '"companyId":'],
  ['"kind": "queue"', '"kind": "group", "called": "queue"'],
] as const;
const QUEUES = [
  [', "called": "queue"', ''],
  ['"kind": "group"', '"kind": "queue"'],
  ['"companyId":', '"accountId":'],
] as const;

/** Ids of 15 letters get the three that guard their capitals. */
const LONG_ID = `
  create function pg_temp.long_id(id text) returns text language sql as $$
    select case when length(id) <> 15 then id else id || (
      select string_agg(substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + bits, 1), '' order by chunk)
      from (
        select chunk, sum(case when strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(id, chunk * 5 + at + 1, 1)) > 0
                          then 1 << at else 0 end)::int as bits
        from generate_series(0, 2) chunk, generate_series(0, 4) at group by chunk
      ) letters
    ) end
  $$;`;

/** \`?\` is knex's sign for a value. */
const run = (knex: Knex, sql: string) => knex.raw(sql.replaceAll('?', '\\?'));

export async function up(knex: Knex): Promise<void> {
  await run(
    knex,
    `
    alter table handoffs rename column record_object to record_kind;
    update handoffs set record_kind = ${translated('record_kind', KINDS)} where record_kind is not null;
    alter table handoffs add constraint handoffs_record_kind check (record_kind in ('lead', 'contact'));
    alter table record_owners rename column object to record_kind;
    update record_owners set record_kind = ${translated('record_kind', KINDS)};
    alter table owner_changes rename column object to record_kind;
    update owner_changes set record_kind = ${translated('record_kind', KINDS)};

    update handoffs set facts = facts - 'around'
      || case when facts ? 'match' then jsonb_build_object('match', (
           select ${renamed('m', [
             ['account', 'company'],
             ['opportunity', 'deal'],
           ])} from (select ${inside(`facts->'match'`, GROUPS)} as m) of_match
         )) else '{}' end
      || case when facts ? 'around' then jsonb_build_object('accountBased', (
           select ${renamed('a', [
             ['account', 'company'],
             ['opportunity', 'deal'],
           ])} from (select ${inside(`facts->'around'`, GROUPS)} as a) of_around
         )) else '{}' end
    where facts ? 'match' or facts ? 'around';

    ${LONG_ID}
    update crm_news set news = news - 'record'
      || case
           when news->'record'->>'object' in ('Lead', 'Contact', 'Account', 'Opportunity', 'Task', 'Event') then
             jsonb_build_object('record', jsonb_build_object(
               'kind', coalesce(${translated(`news->'record'->>'object'`, KINDS)}, 'activity'),
               'id', news->'record'->>'id'))
           else '{}' end
      || case
           when news->'record'->>'object' in ('Task', 'Event')
             and coalesce(nullif(news->'fields'->>'WhoId', ''), nullif(news->'fields'->>'WhatId', '')) is not null then
             jsonb_build_object('about', (
               select jsonb_agg(pg_temp.long_id(id)) from unnest(array[
                 nullif(news->'fields'->>'WhoId', ''), nullif(news->'fields'->>'WhatId', '')
               ]) as about(id) where id is not null))
           else '{}' end
    where news ? 'record';
    drop function pg_temp.long_id(text);
  `,
  );
}

export async function down(knex: Knex): Promise<void> {
  await run(
    knex,
    `
    update crm_news set news = news - 'about' || jsonb_build_object('record', jsonb_build_object(
        'object', coalesce(
          ${translated(`news->'record'->>'kind'`, turned)},
          case when news->'record'->>'id' like '00U%' then 'Event' else 'Task' end),
        'id', news->'record'->>'id'))
    where news ? 'record';

    update handoffs set facts = facts - 'accountBased'
      || case when facts ? 'match' then jsonb_build_object('match', (
           select ${renamed('m', [
             ['company', 'account'],
             ['deal', 'opportunity'],
           ])} from (select ${inside(`facts->'match'`, QUEUES)} as m) of_match
         )) else '{}' end
      || case when facts ? 'accountBased' then jsonb_build_object('around', (
           select ${renamed('a', [
             ['company', 'account'],
             ['deal', 'opportunity'],
           ])} from (select ${inside(`facts->'accountBased'`, QUEUES)} as a) of_account_based
         )) else '{}' end
    where facts ? 'match' or facts ? 'accountBased';

    update owner_changes set record_kind = ${translated('record_kind', turned)};
    alter table owner_changes rename column record_kind to object;
    update record_owners set record_kind = ${translated('record_kind', turned)};
    alter table record_owners rename column record_kind to object;
    alter table handoffs drop constraint handoffs_record_kind;
    update handoffs set record_kind = ${translated('record_kind', turned)} where record_kind is not null;
    alter table handoffs rename column record_kind to record_object;
  `,
  );
}
