/** A source: may its key read contacts, and what only this vendor can be asked. */

import { wishesOf } from '../../config/playbook/wishes.ts';
import type { Playbook } from '../../config/playbook.ts';
import { madeByEnv } from '../../connections/by-env.ts';
import type { Source, SourceFinding } from '../../contracts/source.ts';
import { nurtureWords } from '../../domain/nurture.ts';
import { connectionName } from '../../domain/service-name.ts';
import { systemClock } from '../../lib/clock.ts';
import { Failure } from '../../lib/errors.ts';
import type { Vendor } from '../../vendors/vendor.ts';
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
      const lines = (await vendor.doctor?.({ settings: env.vendors[vendor.name] ?? {}, source })) ?? [];
      const canRead = read.every(({ level }) => level === 'fine');
      const compared = canRead ? await part(async () => findingsOf(source, playbook)) : [];
      return [...read, ...compared, ...lines.map(line => ({ about: '', ...line }))];
    },
  };
}

/** What the playbook takes for granted of the source and is not so there; a few calls. */
export async function findingsOf(source: Source, playbook: Playbook): Promise<Result[]> {
  const wishes = wishesOf(source.name, playbook, systemClock.now());
  const found = [...((await source.inspect?.(wishes)) ?? []), ...(await nurtureFindings(source, wishes.nurture))];
  return found.map(line => ({ about: 'Playbook', ...line }));
}

async function nurtureFindings(
  { nurture }: Source,
  place: ReturnType<typeof wishesOf>['nurture'],
): Promise<SourceFinding[]> {
  if (!place) return [];
  const what = nurtureWords(place);
  if (!nurture) return [{ level: 'problem', what: `nobody can be nurtured by ${what}`, fix: 'Leave nurture out.' }];
  try {
    const found = await nurture.find(place);
    if ('label' in found) return [{ level: 'fine', what: `leads that sales does not get go to ${found.label}` }];
    return [{ level: 'problem', what: `nurture names ${what}, which takes nobody`, fix: found.why }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ level: 'warning', what: `whether ${what} is there cannot be asked`, fix: error.message }];
  }
}
