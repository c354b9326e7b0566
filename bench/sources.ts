/** What a lead costs each source: calls to it, counted from the crossing to the card, every call taking 80 ms. */

import { type Demo, startDemo } from '../sandbox/demo-world.ts';
import { type CastMember, cast } from '../sandbox/leads.ts';
import { SECOND } from '../src/lib/clock.ts';
import { callsSince, slowedDown } from './calls.ts';
import { control } from './control.ts';
import type { Row } from './table.ts';

const UPSTREAM_MS = 80;
const LEADS = 10;
/** Every platform that is asked about somebody, also by whoever sent a form. */
const PLATFORMS = ['hubspot', 'marketo', 'pardot', 'activecampaign'] as const;
const OTHERS = ['clearbit', 'apollo', 'salesforce', 'slack', 'mail'];

/** Who comes from each source; a form's sender is looked up in each platform. */
const SOURCES: { source: string; member: CastMember['key']; asked: readonly string[]; most: number }[] = [
  { source: 'HubSpot', member: 'emma', asked: ['hubspot'], most: 3 },
  { source: 'Marketo', member: 'marketo', asked: ['marketo'], most: 3 },
  { source: 'Account Engagement', member: 'pardot', asked: ['pardot'], most: 3 },
  { source: 'ActiveCampaign', member: 'activecampaign', asked: ['activecampaign'], most: 3 },
  { source: 'a form', member: 'form', asked: PLATFORMS, most: 2 * PLATFORMS.length },
];

export async function sources(): Promise<Row[]> {
  const demo = await startDemo({ port: 0, log: 'silent' });
  try {
    const rows: Row[] = [];
    for (const one of SOURCES) rows.push(await callsOf(demo, one));
    return rows;
  } finally {
    await demo.stop();
  }
}

async function callsOf(demo: Demo, { source, member, asked, most }: (typeof SOURCES)[number]): Promise<Row> {
  const { sandbox, clock } = demo;
  const post = (path: string, body: unknown) => control(sandbox, path, body);
  const times: number[] = [];
  let calls = 0;
  // The first is not counted: it logs in, and looks up what is kept from then on.
  for (let round = 1; round <= LEADS + 1; round += 1) {
    const lead = cast(clock.now(), round).find(({ key }) => key === member);
    if (!lead) throw new Error(`nobody comes from ${source}`);
    await lead.seed(post);
    await quiet(demo);
    // Slack takes a message a second in a DM.
    clock.move(5 * SECOND);
    const from = clock.now();
    const took = await slowedDown(sandbox, [...PLATFORMS, ...OTHERS], UPSTREAM_MS, async () => {
      await lead.cross(post);
      return untilPosted(demo, lead.email);
    });
    if (round === 1) continue;
    times.push(took);
    calls += asked.reduce((sum, service) => sum + callsSince(sandbox, service, from), 0);
  }
  times.sort((one, other) => one - other);
  const p50 = Math.round(times[Math.floor(times.length / 2)] ?? 0);
  return {
    what: `calls a lead of ${source}, ${UPSTREAM_MS} ms each (seen → card in Slack, p50 ${p50} ms)`,
    measured: calls / LEADS,
    unit: '',
    target: most,
    better: 'lower',
  };
}

const LONGEST_WAIT = 30_000;

/** Waits until the lead's card is in Slack; how many milliseconds after it was seen. */
async function untilPosted({ app }: Demo, email: string): Promise<number> {
  const deadline = performance.now() + LONGEST_WAIT;
  for (;;) {
    const { rows } = await app.deps.db.raw(
      `select extract(epoch from delivered_at - seen_at) * 1000 as ms from handoffs
       join leads on leads.id = handoffs.lead_id where leads.email = ? and delivered_at is not null`,
      [email.toLowerCase()],
    );
    if (rows[0]) return Number(rows[0].ms);
    if (performance.now() > deadline) throw new Error(`${email} has no card within ${LONGEST_WAIT} ms`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Waits until nothing is under way. */
async function quiet({ app, sandbox }: Demo): Promise<void> {
  for (;;) {
    const { rows } = await app.deps.db.raw(
      `select (select count(*)::int from inbox where status = 'new') +
         (select count(*)::int from graphile_worker._private_jobs where locked_by is not null or run_at <= now()) as waiting`,
    );
    if (rows[0].waiting === 0 && sandbox.undelivered() === 0) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
