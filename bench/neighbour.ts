/** Two workspaces on one process: a lone lead of one, while the other has nothing to do, and while it has a burst. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Db } from '../src/db/connection.ts';
import { type Keyring, parseKeyring } from '../src/lib/crypto.ts';
import { slowedDown, UPSTREAMS } from './calls.ts';
import { delivered, untilDelivered } from './delivered.ts';
import { type BenchLead, type Hooks, makeHooks } from './hooks.ts';
import { together } from './leads.ts';
import { within } from './load.ts';
import type { Row } from './table.ts';
import { addTenant, newAccounts } from './tenants.ts';

const BURST = 3_000;
const LONE = 40;
const UPSTREAM_MS = 80;
/** Slack takes a message a second in a DM, and here one person has every lead. */
const APART_MS = 1_200;

export interface Neighbours {
  db: Db;
  /** Of the workspace that has the burst. */
  hooks: Hooks;
  sandbox: Sandbox;
  appUrl: string;
  encryptionKey: string;
}

export async function neighbour({ db, hooks, sandbox, appUrl, encryptionKey }: Neighbours): Promise<Row[]> {
  const other = await otherWorkspace(db, sandbox, appUrl, parseKeyring(encryptionKey));
  const lone = await other.hooks.prepare(LONE, { name: 'lone' });
  const many = await hooks.prepare(BURST, { name: 'neighbour' });
  return slowedDown(sandbox, UPSTREAMS, UPSTREAM_MS, async () => {
    const usual = await oneByOne(db, other, lone.slice(0, LONE / 2), () => true);
    const already = await delivered(db);
    let isOver = false;
    const burst = together(hooks, many, 50).then(() => untilDelivered(db, already + BURST));
    burst.finally(() => {
      isOver = true;
    });
    const meanwhile = await oneByOne(db, other, lone.slice(LONE / 2), () => !isOver);
    await burst;
    const was = within(usual, 0.5);
    const is = within(meanwhile, 0.5);
    return [
      {
        what: `a lone lead while another workspace has ${BURST}, p50 of ${meanwhile.length} (${Math.round(is)} ms, longest ${Math.round(meanwhile.at(-1) ?? 0)}; usually ${Math.round(was)} ms)`,
        measured: is / was,
        unit: '× its usual time',
        target: 1.5,
        better: 'lower',
      },
    ];
  });
}

interface Other {
  id: string;
  hooks: Hooks;
}

async function otherWorkspace(db: Db, sandbox: Sandbox, appUrl: string, keyring: Keyring): Promise<Other> {
  const accounts = await newAccounts(sandbox, 'neighbour');
  const { id, hookKey } = await addTenant({ db, keyring, sandbox, accounts, number: 1 });
  const url = `${appUrl}/hooks/${hookKey}/hubspot`;
  return { id, hooks: makeHooks(sandbox, { portal: accounts.portal, url, secret: accounts.secret }) };
}

/** From the moment each was seen until its card was in Slack, in milliseconds, the quickest first. */
async function oneByOne(
  db: Db,
  { id, hooks }: Other,
  leads: readonly BenchLead[],
  goesOn: () => boolean,
): Promise<number[]> {
  const times: number[] = [];
  for (const lead of leads) {
    if (!goesOn()) break;
    await hooks.send(lead);
    times.push(await posted(db, id, lead.email));
    await new Promise(resolve => setTimeout(resolve, APART_MS));
  }
  return times.sort((one, other) => one - other);
}

const LONGEST_WAIT = 60_000;

async function posted(db: Db, workspaceId: string, email: string): Promise<number> {
  const deadline = performance.now() + LONGEST_WAIT;
  for (;;) {
    const { rows } = await db.raw(
      `select extract(epoch from delivered_at - seen_at) * 1000 as ms from handoffs
       join leads on leads.id = handoffs.lead_id
       where handoffs.workspace_id = ? and leads.email = ? and delivered_at is not null`,
      [workspaceId, email],
    );
    if (rows[0]) return Number(rows[0].ms);
    if (performance.now() > deadline) throw new Error(`${email} has no card within ${LONGEST_WAIT} ms`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
