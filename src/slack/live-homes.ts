/**
 * Homes that somebody looks at are drawn anew when something of theirs changes. Every few seconds one statement asks who
 * looks, and one what happened to whose leads; each Home is drawn once in a time, however much happened, so that a
 * thousand leads are a few drawings; and it goes to Slack only if it shows something else than before.
 */
import { isManager, type Requester, seesAll } from '../handoff/core/rights.ts';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { SlackDeps } from './deps.ts';
import { redrawHome } from './listeners/home/publish.ts';
import { askerOf } from './listeners/opening.ts';
import { slackClient } from './notifier.ts';

const EVERY = 5 * SECOND;

export interface LiveHomes {
  /** Looks once; one at a time. */
  tick(): Promise<void>;
  /** Resolves when none is under way. */
  stop(): Promise<void>;
}

export function liveHomes(deps: SlackDeps): LiveHomes {
  let [last, under]: [string | null, Promise<void> | undefined] = [null, undefined];
  const look = async () => {
    const lookers = await deps.homes.lookedAt();
    const news = await deps.homes.news(lookers.length > 0 ? last : null);
    await markStale(deps, lookers, news.of);
    last = news.last;
    for (const home of await deps.homes.takeStale()) await redraw(deps, home);
  };
  const tick = () => {
    under ??= look()
      .catch((thrown: unknown) => deps.log.warn({ err: toError(thrown) }, 'Homes could not be looked after'))
      .finally(() => {
        under = undefined;
      });
    return under;
  };
  const timer = setInterval(tick, EVERY).unref();
  return {
    tick,
    async stop() {
      clearInterval(timer);
      await under;
    },
  };
}

type News = Awaited<ReturnType<SlackDeps['homes']['news']>>['of'];

/** A rep sees their own leads and those that wait for their teams; whoever answers for others sees all that happens. */
async function markStale(deps: SlackDeps, lookers: readonly Requester[], news: News): Promise<void> {
  const stale: Requester[] = [];
  for (const looker of lookers) {
    const changed = news.get(looker.workspaceId);
    const actor = changed && (await askerOf(deps, looker))?.actor;
    if (!changed || !actor) continue;
    const isTheirs = changed.people.has(actor.email) || actor.teams.some(team => changed.teams.has(team));
    if (isTheirs || isManager(actor) || seesAll(actor)) stale.push(looker);
  }
  await deps.homes.stale(stale);
}

type Stale = Awaited<ReturnType<SlackDeps['homes']['takeStale']>>[number];

/** What Slack does not take now is tried with the next look, after the pause that every drawing waits. */
async function redraw(deps: SlackDeps, home: Stale): Promise<void> {
  const requester = { workspaceId: home.workspaceId, slackUserId: home.slackUserId };
  try {
    const { apiUrl, log } = deps;
    const client = slackClient(await deps.botToken(home.workspaceId), { ...(apiUrl && { apiUrl }), log });
    await redrawHome(client, requester, deps, home);
  } catch (thrown) {
    deps.log.warn({ err: toError(thrown), workspaceId: home.workspaceId }, 'a Home could not be drawn anew');
    await deps.homes.stale([requester]);
  }
}
