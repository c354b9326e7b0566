/** A vendor that is the source and the CRM: what is in both roles' power is done once. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Source, SourceTouch } from '../../src/contracts/source.ts';
import { touchesOf } from '../../src/db/handoffs/touches.ts';
import { writeTouchFeedback } from '../../src/feedback/touch.ts';
import { logCall } from '../../src/handoff/actions/log-call.ts';
import type { Deps } from '../../src/handoff/core/deps.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { crmOf, SMALL } from '../helpers/crm.ts';
import { done, PEOPLE, TUESDAY, testWorkspaces } from './test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const PLAYBOOK = `${PEOPLE}routing:
  - { name: Everybody, when: {}, to: { person: marcus@example.com } }
fallback: { person: ada@example.com }
feedback: { log_calls: true }
`;

test('a call is shown at the source, unless that is the CRM it is logged in', async () => {
  const workspace = await (await workspaces).workspace();
  await savePlaybook(workspace.db, workspace.workspaceId, { yaml: PLAYBOOK, author: 'test', note: '', at: TUESDAY });
  const handoffId = await workspace.open();
  const call = { outcome: 'connected', direction: 'outbound' } as const;
  done(await logCall(workspace.deps, { ...workspace.by('marcus'), handoffId, ...call }));
  const [touch] = await touchesOf(workspace.db, workspace.workspaceId, handoffId);
  const shown: SourceTouch[] = [];
  const source: Partial<Source> = {
    async logTouch(given) {
      shown.push(given);
      return { id: 'e-1' };
    },
  };
  const { source: name } = await workspace.look(handoffId);
  const feedBack = async (crmName: string) => {
    const vendors = await workspace.deps.vendors(workspace.workspaceId);
    const crm = crmOf({ ...SMALL, name: crmName });
    const deps: Deps = {
      ...workspace.deps,
      vendors: async () => ({ ...vendors, crm, sources: { [name]: source as Source } }),
    };
    await writeTouchFeedback(deps, { workspaceId: workspace.workspaceId, touchId: touch?.id ?? '' });
    return shown.length;
  };
  assert.deepEqual([await feedBack(name), await feedBack('another')], [0, 1]);
});
