import { rememberGreeted } from '../../db/people/greetings.ts';
import type { Deps } from '../core/deps.ts';
import type { Requester } from '../core/rights.ts';

/** Remembers that this person was welcomed; `first`: they were not before. Anybody of the workspace, not only its people. */
export async function greet(deps: Deps, { workspaceId, slackUserId }: Requester): Promise<{ first: boolean }> {
  return { first: await rememberGreeted(deps.db, workspaceId, slackUserId, deps.clock.now()) };
}
