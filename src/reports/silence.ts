/**
 * A source that says nothing may have nothing to say. When it is silent for longer than it ever was, it is asked; the admins
 * hear of it where it knows of crossings that never came. One that cannot be asked is asked about after twice as long.
 */
import { mqlRulesOf } from '../config/playbook/source-rules.ts';
import type { Source } from '../contracts/source.ts';
import { beginBooks } from '../db/reports/books.ts';
import {
  activeQuarters,
  countSignals,
  endSilences,
  forgetSignalCounts,
  noteSilence,
  silentSources,
} from '../db/reports/silences.ts';
import { notice } from '../db/workspaces/notices.ts';
import { serviceName } from '../domain/service-name.ts';
import { LEARNT, QUARTER, type Silence, silenceOf } from '../domain/silence.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue, enqueueMany } from '../jobs/queue.ts';
import { compareBooks, lookAtSilence, notifyAdmins, pollSource } from '../jobs/requests.ts';
import { after, HOUR, MINUTE } from '../lib/clock.ts';
import { counted } from '../lib/english.ts';

/** Of the longest silence in eight weeks: asked, and asked about where it cannot be asked. */
const [ASKED_AT, ASKED_ABOUT_AT] = [1.25, 2];
/** What crossed just after the last signal may be what that signal was about. */
const NEWER = 10 * MINUTE;
/** Younger ones may be on their way. */
const IN_FLIGHT = 15 * MINUTE;
const SILENT_FOR = HOUR;
/** One that had nothing new is asked again. */
const ASKED_EVERY = 6 * HOUR;
/** Pages that are read to say how many there are: proof is one. */
const MOST_PAGES = 10;

/** Counts what came, and begins a look at each source that is silent. Four statements for all workspaces. */
export async function lookForSilence({ db, clock }: Deps): Promise<void> {
  const now = clock.now();
  await countSignals(db, after(now, -LEARNT));
  await forgetSignalCounts(db, after(now, -LEARNT - HOUR));
  await db.transaction(async trx => {
    for (const { workspaceId, source, since } of await endSilences(trx, now)) {
      const key = `heard:${source}:${since.toISOString()}`;
      await notice(trx, workspaceId, { key, text: `${serviceName(source)} is heard from again.` }, now);
      await enqueue(trx, notifyAdmins(workspaceId));
    }
  });
  const silent = await silentSources(db, after(now, -SILENT_FOR), after(now, -ASKED_EVERY));
  await enqueueMany(
    db,
    silent.map(({ workspaceId, source }) => lookAtSilence(workspaceId, source)),
  );
}

/** Is this one longer silent than ever, and does it know why? One query, a few pages of the source. */
export async function judgeSilence(deps: Deps, of: { workspaceId: string; source: string }): Promise<void> {
  const { workspaceId, source: name } = of;
  const now = deps.clock.now();
  const silence = silenceOf(await activeQuarters(deps.db, workspaceId, name, after(now, -LEARNT)), now);
  if (!silence || silence.ratio < ASKED_AT) return;
  const source = (await deps.vendors(workspaceId)).sources[name];
  if (!source) return;
  if (!source.crossingsBetween) {
    if (silence.ratio >= ASKED_ABOUT_AT) await tell(deps, of, silence, asking(name, silence, now));
    return;
  }
  const unheard = await crossingsSince(deps, workspaceId, source, silence);
  if (unheard > 0) return tell(deps, of, silence, proof(name, silence, unheard, now), true);
  await noteSilence(deps.db, workspaceId, { source: name, since: silence.since, told: false }, now);
}

/** How many crossed there since the last signal, of which none came. */
async function crossingsSince(
  { playbook: playbookOf, clock }: Deps,
  workspaceId: string,
  { name, crossingsBetween }: Source,
  { since }: Silence,
): Promise<number> {
  if (!crossingsBetween) return 0;
  const { playbook } = await playbookOf(workspaceId);
  const from = after(since, QUARTER + NEWER);
  const to = after(clock.now(), -IN_FLIGHT);
  const asked = { from, to, threshold: mqlRulesOf(playbook, name).threshold, known: [] };
  const found = new Set<string>();
  let cursor = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await crossingsBetween(asked, cursor);
    // One that keeps no moments says who changed, which proves nothing.
    for (const { contactId, at } of answer.crossings) {
      if (at !== undefined && new Date(at) > from && new Date(at) <= to) found.add(contactId);
    }
    if (!answer.more) break;
    cursor = answer.cursor;
  }
  return found.size;
}

async function tell(
  deps: Deps,
  { workspaceId, source }: { workspaceId: string; source: string },
  { since }: Silence,
  text: string,
  isProof = false,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    if (!(await noteSilence(trx, workspaceId, { source, since, told: true }, now))) return;
    await notice(trx, workspaceId, { key: `silence:${source}:${since.toISOString()}`, text }, now);
    await enqueue(trx, notifyAdmins(workspaceId));
    if (!isProof) return;
    await enqueue(trx, pollSource(workspaceId, source));
    const id = await beginBooks(trx, workspaceId, { from: since, to: after(now, -IN_FLIGHT) }, now);
    if (id) await enqueue(trx, compareBooks(workspaceId, id));
  });
}

const howLong = ({ since }: Silence, now: Date): string =>
  counted(Math.round((now.getTime() - since.getTime()) / HOUR), 'hour');

const proof = (source: string, silence: Silence, crossings: number, now: Date): string =>
  `${serviceName(source)} has told Baton of nothing for ${howLong(silence, now)}, but ${counted(crossings, 'contact')} crossed the threshold there since. ` +
  'Baton is fetching them; `/mql books` shows what is still missing, and replays it. `/mql doctor` looks at the connection.';

const asking = (source: string, silence: Silence, now: Date): string =>
  `${serviceName(source)}: nothing has come for ${howLong(silence, now)}, far longer than ever in the last eight weeks. Is it quiet, or is something broken there? ` +
  'Baton cannot ask it. Send a test lead from there, or see `/mql doctor`.';
