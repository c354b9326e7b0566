import { queries } from '../api/composite.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { remembered } from './remember.ts';

/** A queue of the org, and what it may own. */
export interface Queue {
  id: string;
  objects: ReadonlySet<string>;
}

/** Queues by developer name: one call an hour. */
export function queues(org: Org): (developerName: string) => Promise<Queue | undefined> {
  return remembered(org, async name => {
    const [groups = [], objects = []] = await queries(org, [
      `SELECT Id FROM Group WHERE Type = 'Queue' AND DeveloperName = ${quote(name)}`,
      `SELECT SobjectType FROM QueueSobject WHERE Queue.DeveloperName = ${quote(name)}`,
    ]);
    const id = groups[0]?.Id;
    if (typeof id !== 'string') return undefined;
    return { id: to18(id), objects: new Set(objects.map(row => String(row.SobjectType))) };
  });
}
