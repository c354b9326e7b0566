/** Plays the story of Emma Thompson and of those beside her, and says when each step happened. */
import { setTimeout as pause } from 'node:timers/promises';
import { isPassing } from '../src/db/conflict.ts';
import { listHandoffs } from '../src/db/handoffs/handoff-list.ts';
import { type Handoff, handoffById } from '../src/db/handoffs/handoffs.ts';
import { timelineOf } from '../src/db/handoffs/timeline.ts';
import type { Facts } from '../src/handoff/core/facts.ts';
import { CRM_NAMES, isOf, linesOf } from './demo-crm.ts';
import type { Demo } from './demo-world.ts';
import { cast } from './leads.ts';

interface Step {
  what: string;
  /** Answers a few words once the step has happened. */
  seen(): Promise<string | undefined>;
}

const PATIENCE_MS = 20_000;

type Control = (path: string, body: unknown) => Promise<Record<string, unknown>>;
type Message = { channel: string; ts: string; text: string };

/** Answers whether every step happened. */
export async function playOnce(demo: Demo): Promise<boolean> {
  const post = control(demo.sandbox.url);
  const people = cast(demo.clock.now()).filter(one => isOf(demo.crm, one));
  for (const person of people) await person.seed(post);
  await quiet(demo);
  let all = true;
  for (const person of people) {
    console.log(`\n${person.label} — ${person.describe}`);
    const from = performance.now();
    await person.cross(post);
    for (const step of stepsOf(demo, post, person.key, person.email)) {
      const said = await waitFor(step);
      all &&= said !== undefined;
      const time = `${((performance.now() - from) / 1_000).toFixed(2)} s`.padStart(8);
      console.log(
        `${time}  ${said === undefined ? '✗' : '✓'} ${step.what}${said ? `: ${said}` : said === undefined ? ': did not happen' : ''}`,
      );
    }
  }
  console.log(all ? '\nEvery step happened.' : '\nSome steps did not happen.');
  return all;
}

function control(base: string): Control {
  return async (path, body) => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
}

async function waitFor(step: Step): Promise<string | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const said = await step.seen().catch(notNow);
    if (said !== undefined) return said;
    await pause(10);
  }
  return undefined;
}

/** The page stays up when somebody takes the database away: a step that cannot be looked at has not been seen yet. */
function notNow(error: Error): undefined {
  if (!isPassing(error)) throw error;
}

/** Seeding sends signals too (scores below the threshold): they are read before the story starts. */
async function quiet({ app }: Demo): Promise<void> {
  await waitFor({
    what: 'nothing left to do',
    seen: async () => {
      const { rows } = await app.deps.db.raw(
        `select (select count(*) from inbox where status = 'new') + (select count(*) from graphile_worker._private_jobs where run_at <= now()) as busy`,
      );
      return Number(rows[0].busy) === 0 ? '' : undefined;
    },
  });
}

function stepsOf(demo: Demo, post: Control, key: string, email: string): Step[] {
  const { db } = demo.app.deps;
  const { workspaceId } = demo.app;
  const handoff = async (): Promise<Handoff<Facts> | undefined> => {
    const [newest] = (await listHandoffs(db, workspaceId, { text: email }, { limit: 1 })).rows;
    return newest && handoffById<Facts>(db, workspaceId, newest.id);
  };
  const told =
    (kind: string): Step['seen'] =>
    async () => {
      const now = await handoff();
      const story = now ? await timelineOf(db, workspaceId, now.id) : [];
      return story.find(entry => entry.kind === kind)?.text;
    };
  const seen: Step = { what: 'Baton saw the crossing', seen: told('crossed') };
  const judged: Step = { what: 'judged', seen: told('judged') };
  const nurtured: Step[] = [
    seen,
    judged,
    { what: 'left to nurture', seen: told('nurtured') },
    {
      what: 'nothing in the CRM, no card',
      seen: async () => ((await handoff())?.recordState === 'skipped' ? 'as it should be' : undefined),
    },
  ];
  const delivered: Step[] = [
    seen,
    judged,
    { what: 'routed', seen: told('routed') },
    { what: 'CRM record', seen: told('record_written') },
    { what: 'card', seen: told('card_posted') },
  ];
  if (key === 'low' || key === 'disposable') return nurtured;
  if (key !== 'emma') return delivered;
  return [
    ...delivered,
    demo.crm === 'salesforce'
      ? {
          what: 'Salesforce shows the Lead with every field of the playbook',
          seen: async () => salesforceFields(demo, email),
        }
      : { what: `${CRM_NAMES[demo.crm]} shows the lead and its follow-up`, seen: async () => crmLine(demo) },
    { what: 'Marcus presses Claim', seen: () => pressClaim(demo, post) },
    { what: 'claimed', seen: told('claimed') },
    {
      what: 'the card shows who has it',
      seen: async () => ((await cardText(demo, '· yours')) ? 'it is yours, Marcus reads' : undefined),
    },
  ];
}

async function ask<T>(demo: Demo, path: string): Promise<T> {
  const response = await fetch(`${demo.sandbox.url}${path}`);
  return (await response.json()) as T;
}

/** On the opportunity, which a lead has none of; or known once somebody has reached out. */
const LATER = new Set(['mql_score', 'first_touch']);

async function salesforceFields(demo: Demo, email: string): Promise<string | undefined> {
  const answer = await ask<Record<string, unknown>[] | { records: Record<string, unknown>[] }>(
    demo,
    '/_sandbox/salesforce/Lead',
  );
  const lead = (Array.isArray(answer) ? answer : answer.records).find(record => record.Email === email);
  const { playbook } = await demo.app.deps.playbook(demo.app.workspaceId);
  const wanted = Object.entries(playbook.crm.fields).filter(([name, api]) => api && !LATER.has(name));
  const empty = wanted.filter(([, api]) => lead?.[String(api)] === null || lead?.[String(api)] === undefined);
  return lead && empty.length === 0 ? `${wanted.length} of ${wanted.length} filled in` : undefined;
}

async function crmLine(demo: Demo): Promise<string | undefined> {
  const lines = await linesOf[demo.crm](path => ask(demo, path), demo.sandbox.url);
  const line = lines.find(one => one.name === 'Emma Thompson');
  return line?.followUp ? `${line.name}: ${line.followUp}` : undefined;
}

async function cards(demo: Demo): Promise<Message[]> {
  return (await ask<{ messages: Message[] }>(demo, '/_sandbox/slack/messages?user=marcus@example.com')).messages;
}

async function cardText(demo: Demo, text: string): Promise<Message | undefined> {
  return (await cards(demo)).find(
    message => JSON.stringify(message).includes('Emma Thompson') && JSON.stringify(message).includes(text),
  );
}

async function pressClaim(demo: Demo, post: Control): Promise<string | undefined> {
  const card = await cardText(demo, 'Claim');
  if (!card) return undefined;
  const click = { channel: card.channel, ts: card.ts, action_id: 'claim' };
  const ack = await post('/_sandbox/slack/act', { user: 'marcus@example.com', click });
  return ack.status === 200 ? `acknowledged in ${Math.round(Number(ack.ms))} ms` : undefined;
}
