/** Comparing the CRM, and where leads come from, with the playbook when an admin asks for it. */
import { wishesOf } from '../../config/playbook/wishes.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { SetupFinding, SetupWanted } from '../../contracts/crm-setup.ts';
import type { Source } from '../../contracts/source.ts';
import { beginInspection, finishInspection, type Inspection, inspectionOf } from '../../db/connections/inspections.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import type { Requester } from '../../handoff/core/rights.ts';
import { knownCrm } from '../../handoff/queries/crm.ts';
import { enqueue } from '../../jobs/queue.ts';
import { compareCrm } from '../../jobs/requests.ts';
import { capital, listed } from '../../lib/english.ts';
import { Failure } from '../../lib/errors.ts';
import { sequenceFindings } from './sequence-findings.ts';

/** What the playbook, and this Baton, expect of the CRM. Pure. */
export function setupWanted({ people, crm, routing, teams }: Playbook, messagesTo: string | undefined): SetupWanted {
  return {
    people: people.map(({ email, name }) => ({ email, name })),
    modes: [...new Set([crm.mode, ...routing.flatMap(rule => rule.crm ?? [])])],
    groups: [...new Set(Object.values(teams).flatMap(team => team.crm_queue ?? []))],
    ...(messagesTo !== undefined && { messagesTo }),
  };
}

/** Begins it; whoever asked hears of it in their direct messages. */
export async function askInspection(deps: Deps, { workspaceId, slackUserId }: Requester): Promise<'begun' | 'no_crm'> {
  const { crm, sources } = await deps.vendors(workspaceId);
  if (!crm?.setup && !Object.values(sources).some(source => source?.inspect)) return 'no_crm';
  await deps.db.transaction(async trx => {
    await beginInspection(trx, workspaceId, slackUserId, deps.clock.now());
    await enqueue(trx, compareCrm(workspaceId));
  });
  return 'begun';
}

/** The job: a person waits for its answer, so a CRM that is away is an answer too, not a reason to wait. */
export async function inspectCrm(deps: Deps, workspaceId: string, attempt: number): Promise<void> {
  const { db, clock } = deps;
  const begun = await inspectionOf(db, workspaceId);
  if (!begun) return;
  if (!begun.doneAt) {
    const outcome = await inspected(deps, workspaceId);
    await finishInspection(db, workspaceId, begun.askedAt, outcome, clock.now());
  }
  const done = await inspectionOf(db, workspaceId);
  // Asked again meanwhile: that one is told of.
  if (!done?.doneAt) return;
  const [{ notifier, sources }, crm] = await Promise.all([deps.vendors(workspaceId), knownCrm(deps, workspaceId)]);
  const compared = Object.values(sources).flatMap(source => (source?.inspect ? [serviceName(source.name)] : []));
  const label = crm.connected || compared.length === 0 ? crm.label : listed(compared);
  const note = { key: `inspection:${done.askedAt.toISOString()}`, since: done.askedAt };
  await notifier.notify({ kind: 'dm', slackId: done.askedBy }, inspectionText(done, label), note, attempt > 1);
}

async function inspected(
  deps: Deps,
  workspaceId: string,
): Promise<{ findings: readonly SetupFinding[]; failure?: string }> {
  const [{ crm, sources, sequencers }, { playbook }] = await Promise.all([
    deps.vendors(workspaceId),
    deps.playbook(workspaceId),
  ]);
  const { sequences } = playbook.follow_up;
  const ofSources: SetupFinding[] = await sequenceFindings(playbook, sequencers[sequences?.tool ?? '']);
  for (const source of Object.values(sources)) {
    if (source?.inspect) ofSources.push(...(await sourceFindings(deps, workspaceId, source, playbook)));
  }
  if (!crm?.setup)
    return ofSources.length > 0 ? { findings: ofSources } : { findings: [], failure: 'no CRM is connected' };
  try {
    const messagesTo = await deps.hookAddress(workspaceId, crm.name);
    const ofCrm = await crm.setup.inspect(setupWanted(playbook, messagesTo));
    return { findings: [...ofSources, ...ofCrm] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, workspaceId }, 'the CRM could not be compared with the playbook');
    return { findings: ofSources, failure: failureReason(error) };
  }
}

/** Is the score alive, and can what the rules ask for occur? A source that is away is a finding, too. */
async function sourceFindings(
  deps: Deps,
  workspaceId: string,
  source: Source,
  playbook: Playbook,
): Promise<SetupFinding[]> {
  const about = serviceName(source.name);
  try {
    const found = (await source.inspect?.(wishesOf(source.name, playbook, deps.clock.now()))) ?? [];
    return found.map(one => ({ about, ...one, what: capital(one.what) }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, workspaceId }, 'the source could not be compared with the playbook');
    return [
      { about, level: 'problem', what: `${about} could not be compared with the playbook: ${failureReason(error)}` },
    ];
  }
}

/** "2 problems, 1 warning"; the worst first. */
export function countsOf(findings: readonly SetupFinding[]): { problems: number; warnings: number; fine: number } {
  const of = (level: SetupFinding['level']) => findings.filter(one => one.level === level).length;
  return { problems: of('problem'), warnings: of('warning'), fine: of('fine') };
}

/** In one sentence; `label` is the CRM's. */
export function summaryOf({ findings, failure }: Pick<Inspection, 'findings' | 'failure'>, label: string): string {
  const crm = capital(label);
  if (failure !== null) return `${crm} could not be compared with the playbook: ${failure.replace(/\.$/, '')}.`;
  const { problems, warnings, fine } = countsOf(findings);
  if (problems + warnings === 0) return `${crm} fits the playbook: ${count(fine, 'thing')} looked at, nothing to do.`;
  const parts = [
    ...(problems > 0 ? [count(problems, 'problem')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return `${crm} and the playbook: ${parts.join(' and ')}.`;
}

const count = (number: number, one: string): string => `${number} ${number === 1 ? one : `${one}s`}`;

/** So many are told at once; the rest is read page by page. */
const MOST_TOLD = 5;

/** What the asker's direct message says. */
function inspectionText(inspection: Inspection, label: string): string {
  const ill = illOf(inspection.findings);
  const shown = ill.slice(0, MOST_TOLD);
  const more = ill.length - shown.length;
  return [
    summaryOf(inspection, label),
    ...shown.map(
      ({ level, what, fix }) => `${level === 'problem' ? '✗' : '!'} ${what.replace(/\.$/, '')}.${fix ? ` ${fix}` : ''}`,
    ),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    ...(ill.length > 0 ? ['All of it, page by page: /mql doctor findings'] : []),
    ...(inspection.failure !== null ? ['Mend the connection (see /mql doctor) and ask again: /mql doctor crm'] : []),
  ].join('\n');
}

/** What needs somebody, problems first. */
export function illOf(findings: readonly SetupFinding[]): SetupFinding[] {
  const of = (level: SetupFinding['level']) => findings.filter(one => one.level === level);
  return [...of('problem'), ...of('warning')];
}
