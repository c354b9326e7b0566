/** What admins look at and do, as the Slack room sees it. None throws for what a person can get wrong. */
import { nameOf } from '../config/playbook/people.ts';
import { type Connection, connectionsOf } from '../db/connections/connections.ts';
import { newestSetup, type SetupRun } from '../db/connections/crm-setups.ts';
import { type Inspection, inspectionOf } from '../db/connections/inspections.ts';
import { forgetAnswer, ownerAnswers } from '../db/handoffs/owner-changes.ts';
import { type Mode, modeOf } from '../db/workspaces/mode.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { type Health, healthOf } from '../handoff/queries/health.ts';
import { type ParkedGroup, parkedGroups, replayGroup, replayParked } from '../jobs/parked.ts';
import { type ConnectedVendor, connectedVendors } from './connected.ts';
import { askInspection } from './crm-setup/inspect.ts';
import { askSetup, type Asked as SetupAsked } from './crm-setup/set-up.ts';
import { type MailPreviews, mailPreviews } from './mail-preview.ts';
import { type Paged, paged } from './paged.ts';
import { type PlaybookService, playbookService } from './playbook-service.ts';
import { adminOf, type NotAllowed } from './playbook-versions.ts';
import type { Playbooks } from './playbooks.ts';
import { type PrivacyService, privacyService } from './privacy.ts';
import { type SetupService, setupService } from './setup/service.ts';

export interface Condition {
  health: Health;
  connections: Connection[];
  stuck: Paged<ParkedGroup>;
  /** Whose changes of owners are kept without asking. */
  kept: KeptChanger[];
  /** The CRM that can be set up from here, and the last time that was asked for; absent: there is none. */
  setup?: { crm: string; last: SetupRun | undefined };
  /** What the connected accounts were found to lack when they were last compared with the rules. */
  inspection?: Inspection;
  mode: Mode;
}

export interface KeptChanger {
  id: string;
  name: string;
  /** Who said so, by name. */
  by: string;
  until: Date;
}

export interface AdminService extends PlaybookService, MailPreviews, SetupService, PrivacyService {
  /** What the workspace is connected to, by vendor. */
  connected(workspaceId: string): Promise<ConnectedVendor[]>;
  /** How Baton is doing, and a page of what is stuck. */
  condition(workspaceId: string, page: number): Promise<Condition>;
  /** Begins to make in the CRM what Baton needs there; whoever asks is told of it in their direct messages. */
  setUpCrm(requester: Requester): Promise<SetupAsked | NotAllowed>;
  /** Begins to compare the CRM with the playbook; whoever asks hears of it in their direct messages. */
  inspect(requester: Requester): Promise<{ kind: 'begun' | 'no_crm' } | NotAllowed>;
  /** The last comparison, for admins; undefined: none was asked for. */
  inspection(requester: Requester): Promise<{ kind: 'done'; last: Inspection | undefined } | NotAllowed>;
  /** What was put aside for this job's reason goes again; with `all`, whatever is put aside. */
  replay(requester: Requester, which: string | 'all'): Promise<{ kind: 'done'; jobs: number } | NotAllowed>;
  /** Baton asks again when this one changes an owner; `known`: it was kept until now. */
  forgetKept(requester: Requester, changerId: string): Promise<{ kind: 'done'; known: boolean } | NotAllowed>;
}

const STUCK_A_PAGE = 10;

export function adminService(deps: Deps, playbooks: Playbooks): AdminService {
  return {
    ...playbookService(deps, playbooks),
    ...mailPreviews(deps),
    ...privacyService(deps),
    ...setupService(deps, playbooks),
    connected: workspaceId => connectedVendors(deps, workspaceId),
    condition: (workspaceId, page) => condition(deps, workspaceId, page),
    forgetKept: (by, changerId) => forgetKept(deps, by, changerId),
    setUpCrm: by => setUp(deps, by),
    inspect: by => inspect(deps, by),
    inspection: by => inspection(deps, by),
    replay: (by, which) => replay(deps, by, which),
  };
}

async function condition(deps: Deps, workspaceId: string, page: number): Promise<Condition> {
  const { db } = deps;
  const [health, connections, stuck, answers, { playbook }, { mode }] = await Promise.all([
    healthOf(deps, workspaceId),
    connectionsOf(db, workspaceId),
    paged(page, STUCK_A_PAGE, part => parkedGroups(db, workspaceId, part)),
    ownerAnswers(db, workspaceId, deps.clock.now()),
    deps.playbook(workspaceId),
    modeOf(db, workspaceId),
  ]);
  const kept = answers.map(({ changerId: id, changerName: name, decidedBy, until }) => ({
    id,
    name,
    by: nameOf(playbook, decidedBy),
    until,
  }));
  const [setup, last] = await Promise.all([setupOf(deps, workspaceId), inspectionOf(db, workspaceId)]);
  return { health, connections, stuck, kept, mode, ...(setup && { setup }), ...(last && { inspection: last }) };
}

async function setupOf(deps: Deps, workspaceId: string): Promise<Condition['setup']> {
  const { crm } = await deps.vendors(workspaceId);
  if (!crm?.setup || (await deps.hookAddress(workspaceId, crm.name)) === undefined) return undefined;
  return { crm: crm.name, last: await newestSetup(deps.db, workspaceId) };
}

async function setUp(deps: Deps, requester: Requester) {
  const admin = await adminOf(deps, requester);
  return 'kind' in admin ? admin : askSetup(deps, requester);
}

async function forgetKept(deps: Deps, requester: Requester, changerId: string) {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  return { kind: 'done' as const, known: await forgetAnswer(deps.db, requester.workspaceId, changerId) };
}

async function inspect(deps: Deps, requester: Requester): ReturnType<AdminService['inspect']> {
  const admin = await adminOf(deps, requester);
  return 'kind' in admin ? admin : { kind: await askInspection(deps, requester) };
}

async function inspection(deps: Deps, requester: Requester): ReturnType<AdminService['inspection']> {
  const admin = await adminOf(deps, requester);
  return 'kind' in admin ? admin : { kind: 'done', last: await inspectionOf(deps.db, requester.workspaceId) };
}

async function replay(deps: Deps, requester: Requester, which: string | 'all') {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const { workspaceId } = requester;
  const now = deps.clock.now();
  const jobs = await deps.db.transaction(trx =>
    which === 'all' ? replayParked(trx, workspaceId, now) : replayGroup(trx, workspaceId, which, now),
  );
  return { kind: 'done' as const, jobs };
}
