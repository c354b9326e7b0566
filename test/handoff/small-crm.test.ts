/** A CRM that keeps people and little else: the story does without the rest, and says so once. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CrmWrite } from '../../src/contracts/crm.ts';
import type { CrmAbilities } from '../../src/contracts/crm-traits.ts';
import type { Deps } from '../../src/handoff/core/deps.ts';
import { record } from '../../src/handoff/record/record.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { crmOf, SMALL } from '../helpers/crm.ts';
import { PEOPLE, type TestWorkspace, TUESDAY, testWorkspaces } from './test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const PLAYBOOK = `${PEOPLE}teams:
  pool:
    name: Pool
    assign: claim
    channel: "#pool"
    crm_queue: Inbound_queue
    members: [{ person: marcus@example.com }, { person: priya@example.com }]
routing:
  - { name: Everybody, when: {}, to: { team: pool } }
fallback: { team: pool, person: ada@example.com }
sla: { HIGH: { respond_within: 1h, clock: always } }
crm:
  mode: account_based
  campaign: { name: Autumn webinar }
  custom: { Contact: { Label__c: "{{ mql.reason }} {{ mql.reason }} {{ mql.reason }} {{ mql.reason }}" } }
`;

interface Small extends TestWorkspace {
  crmDeps: Deps;
  writes: CrmWrite[];
}

async function small(can: Partial<CrmAbilities> = {}): Promise<Small> {
  const workspace = await (await workspaces).workspace();
  await savePlaybook(workspace.db, workspace.workspaceId, { yaml: PLAYBOOK, author: 'test', note: '', at: TUESDAY });
  const writes: CrmWrite[] = [];
  const none = { kind: 'none' } as const;
  const crm = crmOf({
    ...SMALL,
    traits: { ...SMALL.traits, can: { ...SMALL.traits.can, ...can } },
    match: async () => ({ lead: none, contact: none, company: none }),
    users: async () => [],
    async write(write) {
      writes.push(write);
      return { kind: 'contact', id: 'p-1', created: writes.length === 1, warnings: [] };
    },
  });
  const vendors = { ...(await workspace.deps.vendors(workspace.workspaceId)), crm };
  return { ...workspace, writes, crmDeps: { ...workspace.deps, vendors: async () => vendors } };
}

const warnings = async (workspace: TestWorkspace, id: string) =>
  (await workspace.story(id)).filter(({ kind }) => kind === 'record_warning').map(({ text }) => text);

test('queue, campaign and account-based mode are left out, and each is said once however often it is written', async () => {
  const workspace = await small();
  const id = await workspace.open();
  const of = { workspaceId: workspace.workspaceId, handoffId: id };
  await record(workspace.crmDeps, of, 'run-1');
  const [write] = workspace.writes;
  assert.deepEqual(
    [write?.mode, write?.group, write?.campaign, write?.deal, write?.status],
    ['lead', undefined, undefined, undefined, undefined],
  );
  assert.equal(write?.custom?.Contact?.Label__c?.length, 100, 'no text is longer than the CRM keeps');
  const said = await warnings(workspace, id);
  assert.deepEqual(
    said.map(text => text.split(':')[0]),
    [
      'Small cannot make organization, person and deal at once',
      'Small gives no records to teams',
      'Small has no campaigns',
    ],
  );
  const { recordState, recordKind, recordId } = await workspace.look(id);
  assert.deepEqual([recordState, recordKind, recordId], ['written', 'contact', 'p-1']);
  const texts = (await workspace.story(id)).map(({ text }) => text);
  assert.ok(texts.includes('Person Emma <!channel> Thompson made in Small'), texts.join('\n'));

  await record(workspace.crmDeps, of, 'run-2');
  assert.equal(workspace.writes.length, 2);
  assert.equal(workspace.writes[1]?.group, undefined);
  assert.deepEqual(await warnings(workspace, id), said, 'nothing is said twice');
});

test('a CRM without roles makes the deal without one', async () => {
  const workspace = await small({ accountBased: true, groups: true, campaigns: true });
  const id = await workspace.open();
  await record(workspace.crmDeps, { workspaceId: workspace.workspaceId, handoffId: id }, 'run-1');
  const [write] = workspace.writes;
  assert.deepEqual([write?.mode, write?.group], ['account_based', 'Inbound_queue']);
  assert.deepEqual([Object.keys(write?.deal ?? {}), write?.campaign?.name], [['stage', 'closeOn'], 'Autumn webinar']);
  const said = await warnings(workspace, id);
  assert.deepEqual(said, ["In Small a person has no role at a deal: the playbook's contact_role was left out."]);
});
