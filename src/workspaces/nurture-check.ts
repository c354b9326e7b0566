/** Whether the places that people are to be nurtured by are there, said while an admin names them. */
import { nurturePlaceOf } from '../config/playbook/nurture-schema.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { within } from '../handoff/intake/gather.ts';
import { SECOND } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import type { WrittenNurture } from './playbook-edits/change.ts';

/** Slack waits three seconds for what follows a form. */
const PATIENCE = 1.5 * SECOND;

/**
 * A sentence a source that is connected, raw; undefined where there is none. One call each, side by side: whoever does not
 * answer in time is only said not to have.
 */
export async function nurtureFound(
  deps: Deps,
  workspaceId: string,
  places: Readonly<Record<string, WrittenNurture | undefined>>,
): Promise<string | undefined> {
  const { sources } = await deps.vendors(workspaceId);
  const said = await Promise.all(
    Object.entries(places).map(async ([source, given]) => {
      const place = nurturePlaceOf(given);
      const nurture = sources[source]?.nurture;
      if (!place || !nurture) return undefined;
      const name = serviceName(source);
      try {
        const found = await within(PATIENCE, nurture.find(place), source);
        return 'label' in found ? `${name} has ${found.label}.` : `Nobody can go there yet, in ${name}: ${found.why}`;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return `Whether it is there cannot be asked of ${name} just now.`;
      }
    }),
  );
  return said.filter(one => one !== undefined).join('\n') || undefined;
}
