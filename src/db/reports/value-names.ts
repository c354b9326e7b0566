/** The values that a workspace's leads have, so that a question can name them. */
import type { Db } from '../connection.ts';

export interface ValueNames {
  lead_source: string[];
  campaign: string[];
  region: string[];
  country: string[];
  industry: string[];
}

/** More would be no list that anybody asks from; the newest leads' are taken. */
const NEWEST_LEADS = 50_000;
const MOST = 2_000;

/** One round trip over the newest leads. */
export async function valueNamesOf(db: Db, workspaceId: string): Promise<ValueNames> {
  const { rows } = await db.raw(
    `with newest as materialized (
       select lead_source, campaign, regions, country, industry from handoffs
       where workspace_id = :id and not is_test order by opened_at desc limit ${NEWEST_LEADS})
     select
       array(select distinct lead_source from newest where lead_source is not null limit ${MOST}) as lead_source,
       array(select distinct campaign from newest where campaign is not null limit ${MOST}) as campaign,
       array(select distinct unnest(regions) from newest limit ${MOST}) as region,
       array(select distinct country from newest where country is not null limit ${MOST}) as country,
       array(select distinct industry from newest where industry is not null limit ${MOST}) as industry`,
    { id: workspaceId },
  );
  return rows[0];
}
