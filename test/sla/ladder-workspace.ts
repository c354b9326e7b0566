/** A workspace of test/handoff with a playbook whose HIGH leads climb a whole ladder. */
import { MINUTE } from '../../src/lib/clock.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { PEOPLE, type TestWorkspace, type TestWorkspaces } from '../handoff/test-workspaces.ts';

const LADDER = `${PEOPLE}teams:
  mid:
    name: Mid-market
    manager: dana@example.com
    members: [{ person: marcus@example.com }, { person: priya@example.com }]
    hours: { from: "09:00", to: "18:00" }
  emea: { name: EMEA, members: [{ person: tom@example.com }, { person: priya@example.com }] }
  pool: { name: Pool, assign: claim, channel: "#pool", members: [{ person: marcus@example.com }, { person: priya@example.com }] }
routing:
  - { name: Pool, when: { lead_source: Pool }, to: { team: pool } }
  - { name: EMEA, when: { region: EMEA }, to: { team: emea } }
  - { name: Everybody else, when: {}, to: { team: mid } }
fallback: { team: mid, person: ada@example.com }
sla:
  HIGH:
    respond_within: 1h
    clock: CLOCK
    steps:
      - { at: 45m, do: nudge }
      - { at: 60m, do: remind }
      - { at: 90m, do: escalate }
      - { at: 4h, do: reassign }
  claimed_but_idle: 30m
  cold_after: 5d
`;

/** A workspace where HIGH leads climb by the given clock. */
export async function ladderWorkspace(
  all: TestWorkspaces,
  clock: 'always' | 'working' = 'always',
  more = '',
): Promise<TestWorkspace> {
  const workspace = await all.workspace();
  await newPlaybook(workspace, LADDER.replace('CLOCK', clock) + more);
  return workspace;
}

/** Another version, which everybody knows of. */
export async function newPlaybook(workspace: TestWorkspace, yaml: string): Promise<void> {
  await savePlaybook(workspace.db, workspace.workspaceId, { yaml, author: 'test', note: '', at: workspace.now() });
  workspace.move(MINUTE);
}

export { LADDER };
