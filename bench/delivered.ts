/** Leads whose card is in Slack. */
import type { Db } from '../src/db/connection.ts';

/** Of every workspace, or of one. */
export async function delivered(db: Db, workspaceId?: string): Promise<number> {
  const { rows } = await db.raw(
    'select count(*)::int as count from handoffs where delivered_at is not null and workspace_id = coalesce(?, workspace_id)',
    [workspaceId ?? null],
  );
  return rows[0].count;
}

/** A machine that is too slow is no failure: that nothing comes any more is one. */
const LONGEST_STANDSTILL = 60_000;

/** Looking costs the database time that is measured: the more leads, the less often. @throws when no card comes any more */
export async function untilDelivered(db: Db, wanted: number, everyMs = 250): Promise<void> {
  let [last, movedAt] = [0, performance.now()];
  for (;;) {
    const now = await delivered(db);
    if (now >= wanted) return;
    if (now > last) [last, movedAt] = [now, performance.now()];
    if (performance.now() - movedAt > LONGEST_STANDSTILL)
      throw new Error(`${now} of ${wanted} cards, and no more come`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

/** From the moment a lead was seen until its card was in Slack, in milliseconds: the part of the last `count` that is within. */
export async function cardWithin(db: Db, count: number, part: number): Promise<number> {
  const { rows } = await db.raw(
    `select percentile_cont(?) within group (order by ms) as ms
     from (select extract(epoch from delivered_at - seen_at) * 1000 as ms from handoffs order by opened_at desc limit ?) as last`,
    [part, count],
  );
  return Number(rows[0].ms);
}
