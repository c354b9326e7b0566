/** After a backup was brought back: what was done since then is done in the world, and unknown here. */

import { lookFirstAfterRestore } from '../db/cards/card-queue.ts';
import type { Db } from '../db/connection.ts';
import { notice } from '../db/workspaces/notices.ts';
import { allWorkspaces } from '../db/workspaces/workspaces.ts';
import { giveUpUnsent } from '../handoff/actions/send-email.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import type { Clock } from '../lib/clock.ts';
import { momentIn } from '../lib/moment-words.ts';

export interface Restored {
  workspaces: number;
  /** Not sent: they may have left already, and whoever wrote them is told. */
  mails: number;
  /** Looked for in Slack before they are posted. */
  cards: number;
}

/**
 * For once, before Baton starts on the restored database. Writes in the CRM find themselves by their key, polls go on
 * where the backup stood; mails and cards need this. Again with the same time it finds nothing left to do.
 * @param since of when the backup is
 */
export async function afterRestore({ db, clock }: { db: Db; clock: Clock }, since: Date): Promise<Restored> {
  const all: Restored = { workspaces: 0, mails: 0, cards: 0 };
  for (const { id } of await allWorkspaces(db)) {
    all.workspaces += 1;
    all.mails += await giveUpUnsent({ db, clock }, id, since);
    await db.transaction(async trx => {
      all.cards += await lookFirstAfterRestore(trx, id, since, clock.now());
      await notice(trx, id, { key: `restored:${since.toISOString()}`, text: textOf(since) }, clock.now());
      await enqueue(trx, notifyAdmins(id));
    });
  }
  return all;
}

function textOf(since: Date): string {
  return (
    `Baton’s database was restored from a backup of ${momentIn(since, 'UTC')}. ` +
    'Leads since then are read again from your marketing platform where it can be polled. Mails that were waiting are not sent again: their reps are told. ' +
    'A lead that came after the backup may get a second card; use the newer one.'
  );
}
