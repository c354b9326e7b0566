/**
 * Scores that a marketing platform's connector syncs to people (`pi__score__c` of its package): a flow tells Baton of each that
 * changed. Only where the org has the package's fields, on the object in question.
 */
import type { Org } from '../api/org.ts';
import { type Part, readFolder, SYNCED_SCORE_ROOT } from './folder.ts';
import { all, textIn } from './xml.ts';

/** What the flow goes by: without them it is not made. What the message sends besides is left out where it is not there. */
const NEEDED = ['pi__score__c', 'pi__url__c'];
const OBJECTS = ['Lead', 'Contact'] as const;

/** Two calls. Empty: the org has no such fields, or they are not shown to Baton's user. */
export async function syncedScoreParts(org: Org): Promise<Part[]> {
  const described = await Promise.all(OBJECTS.map(object => org.schema.learn(object, org.schema.of(object))));
  const columns = new Map(OBJECTS.map((object, at) => [object as string, described[at] ?? new Map()]));
  const parts = await readFolder(SYNCED_SCORE_ROOT);
  return parts.flatMap(part => {
    const known = columns.get(objectOf(part));
    if (!known || !NEEDED.every(name => known.has(name))) return [];
    if (part.type !== 'WorkflowOutboundMessage') return [part];
    const fields = all(part.content.fields).filter(field => known.has(String(field).toLowerCase()));
    return [{ ...part, content: { ...part.content, fields } }];
  });
}

const objectOf = ({ type, fullName, content }: Part): string =>
  type === 'Flow' ? textIn(content.start, 'object') : (fullName.split('.')[0] ?? '');
