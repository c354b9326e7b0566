/** A source: may its key read contacts, and what only this vendor can be asked. */
import { madeByEnv } from '../../connections.ts';
import type { SourceFinding } from '../../contracts/source.ts';
import { connectionName } from '../../domain/service-name.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { inspectSource } from '../source-wanted.ts';
import { type Check, fine, part, problem, type Result } from './check.ts';

export function sourceCheck(vendor: Vendor): Check {
  return {
    service: connectionName({ vendor: vendor.name, role: 'source' }),
    async run({ env, playbook }) {
      const { source } = madeByEnv(vendor, env, systemClock, playbook);
      if (!source) return [problem('not connected', vendor.advice?.connect)];
      const read = await part(async () => {
        // Nobody has this id: an answer of "none" proves that contacts may be read.
        await source.contact('1');
        return fine('contacts can be read');
      }, vendor.advice?.refused);
      const settings = env.vendors[vendor.name] ?? {};
      const lines = (await vendor.doctor?.({ settings, source })) ?? [];
      // A key that reads nobody is not asked for more.
      const isRefused = read.some(one => one.level === 'problem');
      const findings = isRefused ? [] : await part(async () => (await inspectSource(source, playbook)).map(inPlaybook));
      return [...read, ...lines.map(line => ({ about: '', ...line })), ...findings];
    },
  };
}

const inPlaybook = (finding: SourceFinding): Result => ({ about: 'Playbook', ...finding });
