/** The database: does it answer, and is anything stuck? */

import { connect, type Db } from '../../db/connection.ts';
import { type Backlog, backlogOf } from '../../db/reports/backlog.ts';
import { systemClock } from '../../lib/clock.ts';
import { type Check, fine, problem, type Result, warning } from './check.ts';

export const database: Check = {
  service: 'Database',
  async run({ env, databaseUrl }) {
    const url = env.DATABASE_URL ?? databaseUrl;
    const embedded = `embedded, in ${env.DATA_DIR}`;
    if (!url) return [fine(`${embedded} (started with the app)`)];
    const db = connect(url, 1);
    try {
      const { rows } = await db.raw('show server_version');
      const version = `PostgreSQL ${rows[0].server_version}`;
      return [fine(env.DATABASE_URL ? version : `${embedded}: ${version}`), ...(await work(db))];
    } finally {
      await db.destroy();
    }
  },
};

/** Whatever else is fine: all is well when leads come through. */
const NO_LEAD_YET = warning(
  'no lead has come through yet',
  'Start Baton and type /mql test in Slack: it tries the whole way. This ends with the first real lead.',
);

async function work(db: Db): Promise<Result[]> {
  const { rows } = await db.raw(`select to_regclass('graphile_worker._private_jobs') is not null as ready`);
  if (!rows[0].ready) return [fine('nothing in it yet: npm start makes its tables')];
  const { rows: came } = await db.raw('select exists (select from handoffs where not is_test) as lead');
  const first = came[0].lead ? [] : [NO_LEAD_YET];
  return [...backlog(await backlogOf(db, systemClock.now())), ...first];
}

const count = (number: number, one: string): string => `${number} ${number === 1 ? one : `${one}s`}`;

function backlog({ jobs, signals, parkedForConnection, parkedForPeople }: Backlog): Result[] {
  return [
    fine(`${count(jobs, 'job')} and ${count(signals, 'signal')} waiting`),
    ...(parkedForConnection > 0
      ? [
          warning(
            `${count(parkedForConnection, 'job')} put aside until a connection works again`,
            'They go on by themselves once it does.',
          ),
        ]
      : []),
    ...(parkedForPeople > 0
      ? [
          problem(
            `${count(parkedForPeople, 'job')} put aside for a person to look at`,
            'Ask /mql doctor in Slack for what, mend it and replay them.',
          ),
        ]
      : []),
  ];
}
