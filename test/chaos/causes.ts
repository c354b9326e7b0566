/** What goes wrong, and how: each ends what it began. */
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from './world.ts';

export interface Chance {
  between(least: number, most: number): number;
}

export interface Cause {
  name: string;
  /** Too long, or too rough, for the short form. */
  isLong?: boolean;
  /** Resolves when it is over. @returns what was done, for the report */
  play(world: World, chance: Chance, longestMs: number): Promise<string>;
}

const SERVICES = ['slack', 'salesforce', 'hubspot'] as const;

export const CAUSES: readonly Cause[] = [
  {
    name: 'connections cut',
    async play({ processes }, { between }) {
      const times = between(1, 10);
      for (let cut = 0; cut < times; cut += 1) {
        const which = between(0, 2);
        for (const [at, { network }] of processes.entries()) if (which === 2 || which === at) network.cut();
        await pause(between(0, 400));
      }
      return `${times} times`;
    },
  },
  {
    name: 'sessions terminated',
    async play({ server }, { between }) {
      const times = between(1, 10);
      for (let cut = 0; cut < times; cut += 1) {
        await server.terminate();
        await pause(between(0, 400));
      }
      return `${times} times`;
    },
  },
  {
    name: 'database away',
    async play({ processes }, { between }, longestMs) {
      const ms = between(1_000, longestMs);
      for (const { network } of processes) network.away(true);
      await pause(ms);
      for (const { network } of processes) network.away(false);
      return seconds(ms);
    },
  },
  {
    name: 'database away from one process',
    async play({ processes }, { between }, longestMs) {
      const ms = between(1_000, longestMs);
      const one = processes[between(0, processes.length - 1)];
      one?.network.away(true);
      await pause(ms);
      one?.network.away(false);
      return `${one?.name}, ${seconds(ms)}`;
    },
  },
  {
    name: 'network silent',
    async play({ processes }, { between }, longestMs) {
      const ms = between(1_000, longestMs);
      for (const { network } of processes) network.silent(true);
      await pause(ms);
      for (const { network } of processes) network.silent(false);
      return seconds(ms);
    },
  },
  {
    name: 'process killed',
    async play({ processes }, { between }) {
      const one = processes[between(0, processes.length - 1)];
      await one?.kill();
      return String(one?.name);
    },
  },
  {
    name: 'process frozen',
    async play({ processes }, { between }, longestMs) {
      const ms = between(1_000, longestMs);
      const one = processes[between(0, processes.length - 1)];
      await one?.freeze(ms);
      return `${one?.name}, ${seconds(ms)}`;
    },
  },
  {
    name: 'PostgreSQL killed',
    async play({ server }) {
      await server.kill();
      return 'and begun again';
    },
  },
  {
    name: 'vendors fail after having acted',
    async play({ sandbox }, { between }) {
      const said: string[] = [];
      for (const service of SERVICES) {
        const times = between(1, 3);
        const how = [{ status: 503 }, { reset: true }, { timeout: 3_000 }] as const;
        const effect = how[between(0, how.length - 1)] ?? how[0];
        sandbox.fault({ service, ...effect, after: 'after', times, skip: between(0, 3) });
        said.push(`${service} ${Object.keys(effect)[0]} × ${times}`);
      }
      return said.join(', ');
    },
  },
  {
    name: 'disk full',
    isLong: true,
    async play({ server }, { between }, longestMs) {
      const ms = between(1_000, longestMs);
      const what = between(0, 1) === 0 ? 'inbox' : 'log';
      await server.fill(what);
      await pause(ms);
      await server.fill(undefined);
      return `${what === 'log' ? 'nothing can be written' : 'no signal can be stored'}, ${seconds(ms)}`;
    },
  },
];

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
