import type { Knex } from 'knex';

/** Deliveries of a vendor's app say whose they are by the customer there. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index credentials_of_tenant on credentials (vendor, tenant) where holder = '' and tenant <> ''`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index credentials_of_tenant');
}
