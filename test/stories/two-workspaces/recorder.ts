/** Which jobs were done and which listeners heard something, for which workspace. */
import type { StartOptions } from '../../../src/app.ts';
import type { JobHandler, JobTable } from '../../../src/jobs/runner.ts';
import { TABLES } from '../../../src/slack/listeners/index.ts';
import type { ListenerTable } from '../../../src/slack/listeners/types.ts';

export interface Recorder {
  jobs: NonNullable<StartOptions['jobs']>;
  listeners: NonNullable<StartOptions['listeners']>;
  /** What was not seen in every one of these workspaces, as "job signal.process", "submissions reject". */
  missing(workspaces: readonly string[]): string[];
}

type Heard = { context: { workspaceId?: unknown } };
type Listener = (arrived: Heard, deps: unknown) => Promise<void>;

/** Every listener there is, by the kind of what arrives and its id. */
const listenersIn = (table: ListenerTable): [kind: string, id: string, listener: Listener][] =>
  Object.entries(table).flatMap(([kind, listeners]) =>
    Object.entries(listeners as unknown as Record<string, Listener>).map(
      ([id, listener]): [string, string, Listener] => [kind, id, listener],
    ),
  );

export function recorder(): Recorder {
  const expected = new Set<string>(TABLES.flatMap(table => listenersIn(table).map(([kind, id]) => `${kind} ${id}`)));
  const seen = new Set<string>();
  const saw = (what: string, workspaceId: unknown) => void seen.add(`${what} in ${String(workspaceId)}`);

  function watchedJob(name: string, handler: JobHandler<never>): JobHandler<never> {
    expected.add(`job ${name}`);
    return {
      ...handler,
      async run(payload: { workspaceId: string }, context) {
        await handler.run(payload as never, context);
        saw(`job ${name}`, payload.workspaceId);
      },
    };
  }

  function watchedTable(table: ListenerTable): ListenerTable {
    const watched: Record<string, Record<string, Listener>> = {};
    for (const [kind, id, listener] of listenersIn(table)) {
      watched[kind] ??= {};
      watched[kind][id] = async (arrived, deps) => {
        saw(`${kind} ${id}`, arrived.context.workspaceId);
        await listener(arrived, deps);
      };
    }
    return watched as unknown as ListenerTable;
  }

  return {
    jobs: table =>
      Object.fromEntries(
        Object.entries(table).map(([name, handler]) => [name, watchedJob(name, handler as never)]),
      ) as unknown as JobTable,
    listeners: tables => tables.map(watchedTable),
    missing: workspaces => [...expected].filter(what => workspaces.some(id => !seen.has(`${what} in ${id}`))).sort(),
  };
}
