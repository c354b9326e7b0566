/** What duplicate rules do with a new record: only the Metadata API tells. */
import { SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, Failure } from '../../../lib/errors.ts';
import type { Org } from '../api/org.ts';
import { metadataOf } from '../setup/metadata.ts';
import type { DuplicateRuleFact, Named, OrgAnswer } from './facts.ts';

const TIMEOUT = 20 * SECOND;

/** Most components of one readMetadata. */
const MOST_READ = 10;

const RULED = new Set(['Lead', 'Contact', 'Account']);

type Listed = OrgAnswer<readonly (Named & { developerName: string })[]>;

/** Rules on what Baton makes, with what they do: one call when there are any. What may not be read stays unknown. */
export async function withActions(org: Org, rules: Listed): Promise<OrgAnswer<readonly DuplicateRuleFact[]>> {
  if (!('value' in rules)) return rules;
  const own = rules.value.filter(one => RULED.has(one.object)).slice(0, MOST_READ);
  const actions = own.length > 0 ? await actionsOf(org, own) : new Map<string, string>();
  return {
    value: own.map(({ name, object, developerName }) => {
      const action = actions.get(fullName({ object, developerName }));
      return { name, object, ...(action !== undefined && { blocks: action === 'Block' }) };
    }),
  };
}

const fullName = ({ object, developerName }: { object: string; developerName: string }): string =>
  `${object}.${developerName}`;

async function actionsOf(
  org: Org,
  rules: readonly { object: string; developerName: string }[],
): Promise<ReadonlyMap<string, string>> {
  try {
    const read = await metadataOf(org, TIMEOUT)(api => api.read('DuplicateRule', rules.map(fullName)));
    return new Map(read.filter(one => one?.fullName).map(one => [String(one.fullName), String(one.actionOnInsert)]));
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof CredentialsRejected) throw error;
    return new Map();
  }
}
