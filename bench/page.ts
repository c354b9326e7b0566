/** The shared page's budget: how long each part takes to count, with 50,000 handoffs in its period. */
import { readFile } from 'node:fs/promises';
import { connect, type Db, migrate } from '../src/db/connection.ts';
import { valueNamesOf } from '../src/db/reports/value-names.ts';
import { ensureWorkspace } from '../src/db/workspaces/workspaces.ts';
import { after, DAY, HOUR, systemClock } from '../src/lib/clock.ts';
import { PARTS } from '../src/page/page-parts.ts';
import type { Visiting } from '../src/page/visiting.ts';
import { questionAsker } from '../src/questions/question-asker.ts';
import { savePlaybook } from '../src/workspaces/playbook-versions.ts';
import { manyHandoffs } from '../test/helpers/many-handoffs.ts';
import { depsOf } from './ladder.ts';
import type { Row } from './table.ts';

const HANDOFFS = 50_000;
const ROUNDS = 20;
const MEASURED = ['/', '/funnel', '/speed', '/sla', '/rejects', '/leads'];
const VIEWER = 'sarah@example.com';

/** In a database of its own, nothing kept from one time to the next; one row a part. */
export async function pageParts(serverUrl: string): Promise<Row[]> {
  const server = connect(serverUrl, 1);
  await server.raw('create database bench_page');
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = '/bench_page';
  await migrate(url.href);
  const db = connect(url.href, 8);
  try {
    const visiting = await aViewer(db);
    const rows: Row[] = [];
    for (const path of MEASURED) rows.push(await timesOf(path, visiting));
    return rows;
  } finally {
    await db.destroy();
  }
}

async function timesOf(path: string, visiting: Visiting): Promise<Row> {
  const part = PARTS[path];
  if (!part) throw new Error(`the page has no part ${path}`);
  const query = new URLSearchParams({ period: 'last_30_days' });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await part({ ...visiting, query }, {});
    times.push(performance.now() - begun);
  }
  const sorted = times.toSorted((one, other) => one - other);
  return {
    what: `shared page ${path}, p95, ${HANDOFFS.toLocaleString('en')} handoffs in the period`,
    measured: sorted[Math.ceil(0.95 * ROUNDS) - 1] ?? 0,
    unit: 'ms',
    target: 300,
    better: 'lower',
  };
}

/** Marketing, who sees all of it. */
async function aViewer(db: Db): Promise<Visiting> {
  const now = systemClock.now();
  const workspace = await ensureWorkspace(db, { name: 'Bench', slackTeamId: 'T1', hookKey: 'bench', at: now });
  const yaml = await readFile(new URL('../playbook.yaml', import.meta.url), 'utf8');
  await savePlaybook(db, workspace.id, { yaml, author: 'bench', note: '', at: now });
  await manyHandoffs(db, {
    workspaceId: workspace.id,
    playbookVersion: 1,
    count: HANDOFFS,
    assignedAt: after(now, -HOUR),
    apartMs: 1,
    rungAfterMs: DAY,
    dueAfterMs: DAY,
    repEmail: 'marcus@example.com',
    team: 'mid_market_sdr',
  });
  await spread(db, workspace.id);
  const deps = depsOf(db);
  const { playbook: rules } = await deps.playbook(workspace.id);
  const asker = questionAsker(rules, VIEWER);
  if (!asker) throw new Error(`${VIEWER} is no viewer of the example's playbook`);
  const by = { workspaceId: workspace.id, asker, playbook: rules, zone: 'America/New_York', now };
  const kept: Visiting['kept'] = (_name, _question, count) => count();
  // What the filters offer is counted once a minute for everybody.
  const values = await valueNamesOf(db, workspace.id);
  const questions = { values: async () => values };
  return { deps, by, kept, questions, query: new URLSearchParams() } as unknown as Visiting;
}

/** Over thirty days, by forty campaigns and ten people, in every state; each with one turn, every eighth with two. */
async function spread(db: Db, workspaceId: string): Promise<void> {
  await db.raw(
    `with drawn as (
       select id, row_number() over () as n, random() as a, random() as b, random() as c from handoffs where workspace_id = :workspaceId)
     update handoffs h set
       opened_at = now() - a * interval '29 days', crossed_at = now() - a * interval '29 days',
       seen_at = now() - a * interval '29 days', assigned_at = now() - a * interval '29 days',
       delivered_at = now() - a * interval '29 days' + interval '4 seconds',
       due_at = now() - a * interval '29 days' + interval '1 hour',
       contacted_at = case when b < 0.8 then now() - a * interval '29 days' + c * interval '5 hours' end,
       claimed_at = case when b < 0.85 then now() - a * interval '29 days' + c * interval '2 hours' end,
       state = case when b < 0.5 then 'contacted' when b < 0.7 then 'lost' when b < 0.75 then 'won'
                    when b < 0.82 then 'rejected' when b < 0.9 then 'claimed' else 'assigned' end,
       closed_reason = case when b between 0.75 and 0.82 then (array['competitor', 'student', 'bad_data'])[1 + n % 3] end,
       opportunity_at = case when b between 0.5 and 0.75 then now() - a * interval '20 days' end,
       lead_source = 'Source ' || n % 8, campaign = 'Campaign ' || n % 40, country = (array['US', 'DE', 'GB'])[1 + n % 3],
       priority = (array['HIGH', 'MEDIUM', 'LOW'])[1 + n % 3], rep_email = 'rep' || n % 10 || '@example.com'
     from drawn where drawn.id = h.id`,
    { workspaceId },
  );
  await db.raw(
    `insert into stints (workspace_id, handoff_id, rep_email, team, from_at, due_at, touched_at, ended_at, ended_how)
     select workspace_id, id, 'rep' || (abs(hashtext(id::text)) + turn) % 10 || '@example.com', team, assigned_at, due_at,
            case when turn = 1 then contacted_at end, case when turn = 0 then delivered_at end,
            case when turn = 0 then 'reassigned' end
     from handoffs, generate_series(case when abs(hashtext(id::text)) % 8 = 0 then 0 else 1 end, 1) as turn
     where workspace_id = :workspaceId`,
    { workspaceId },
  );
  await db.raw('vacuum analyze handoffs');
  await db.raw('vacuum analyze stints');
}
