/** Playbooks over the vendors of this repository. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type ParsedPlaybook, type Playbook, parsePlaybook } from '../../src/config/playbook.ts';
import { PLAYBOOK_VENDORS } from '../../src/vendors/table.ts';

export { PLAYBOOK_VENDORS };

/** The repository's example, as it is written. */
export const EXAMPLE = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');

export function parse(yaml: string): ParsedPlaybook {
  return parsePlaybook(yaml, PLAYBOOK_VENDORS);
}

/** Fails with its problems when the text is no playbook. */
export function playbookIn(yaml: string): Playbook {
  const parsed = parse(yaml);
  assert.ok(parsed.ok, JSON.stringify(parsed.ok || parsed.problems.slice(0, 3)));
  return parsed.playbook;
}
