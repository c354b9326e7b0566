/** The example playbook of the repository, and what stories change in it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const EXAMPLE = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');

/** The example with some of its text replaced, each wherever it first stands. Fails where one is not there. */
export function exampleWith(...changes: [from: string | RegExp, to: string][]): string {
  return changes.reduce((yaml, [from, to]) => {
    const changed = yaml.replace(from, () => to);
    assert.notEqual(changed, yaml, `the example has no ${from}`);
    return changed;
  }, EXAMPLE);
}

/** Each card comes to its rep and to the team's channel. */
export const CARDS_IN_DM_AND_CHANNEL = exampleWith(['assigned: dm', 'assigned: both']);
/** The mid-market team's leads wait in its channel until somebody claims them. */
export const CLAIMED_FROM_POOL = exampleWith(['assign: weighted\n', 'assign: claim\n']);
/** A lead becomes a contact with an account and an opportunity. */
export const ACCOUNT_BASED = exampleWith(['  mode: lead ', '  mode: account_based ']);
