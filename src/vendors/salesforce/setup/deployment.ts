/** One deployment: handed in, and asked about until it is over or takes too long. */
import { setTimeout as pause } from 'node:timers/promises';
import { after, MINUTE } from '../../../lib/clock.ts';
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { readErrors, SERVICE, toFailure } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import type { Part } from './folder.ts';
import type { Ask } from './metadata.ts';
import { zipOf } from './package.ts';

/** So long a deployment is waited for; it goes on in the org all the same. */
const PATIENCE = 10 * MINUTE;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Refused components by type and name, with Salesforce's reason. */
export interface Refused {
  type: string;
  fullName: string;
  problem: string;
}

type ReportProgress = (done: number, of: number) => void;

/**
 * Deploys all of it or nothing.
 * @throws Unavailable when it takes too long: asking again waits for the same deployment
 */
export async function deploy(org: Org, ask: Ask, parts: readonly Part[], told: ReportProgress): Promise<Refused[]> {
  const zip = zipOf(parts, org.base.replace(/^.*\/v/, ''));
  const { id } = await ask(async api => api.deploy(zip, { rollbackOnError: true, singlePackage: true }));
  const result = await over(org, ask, id, told);
  if (result.success) return [];
  const failures = result.details?.componentFailures ?? [];
  if (failures.length === 0) {
    const why = result.errorMessage ?? `it ended as ${result.status}`;
    throw new Rejected(`Salesforce: the deployment was refused: ${why.slice(0, 300)}`, {
      service: SERVICE,
      code: result.errorStatusCode ?? `DEPLOY_${result.status.toUpperCase()}`,
    });
  }
  return failures.map(one => ({
    type: one.componentType ?? '',
    fullName: one.fullName,
    problem: one.problem ?? 'no reason given',
  }));
}

/** A deployment of Baton's own that an earlier set-up did not wait out: it is waited for before anything is read. */
export async function finishEarlier(org: Org, ask: Ask, told: ReportProgress): Promise<void> {
  const user = await org.session.userId();
  if (!user) return;
  const soql = `SELECT Id FROM DeployRequest WHERE CreatedById = ${quote(user)} AND Status IN ('Pending', 'InProgress') ORDER BY CreatedDate DESC LIMIT 1`;
  const answer = await org.session.call({
    method: 'GET',
    url: `${org.base}/tooling/query?q=${encodeURIComponent(soql)}`,
  });
  // Who may not look may deploy all the same: one deployment then waits for the other.
  if (answer.status === 403) return;
  if (answer.status !== 200) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock: org.clock });
  }
  const id = (answer.body as { records?: { Id?: string }[] }).records?.[0]?.Id;
  if (id) await over(org, ask, id, told);
}

async function over(org: Org, ask: Ask, id: string, told: ReportProgress) {
  const until = after(org.clock.now(), PATIENCE);
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    const result = await ask(api => api.checkDeployStatus(id, true));
    told(result.numberComponentsDeployed, result.numberComponentsTotal);
    if (result.done) return result;
    if (org.clock.now() >= until) throw tooLong(id, result.status);
    await pause(wait);
  }
}

function tooLong(id: string, status: string): Unavailable {
  return new Unavailable(
    `Salesforce is still at it (deployment ${id}, ${status}): other deployments of the org may be ahead. Nothing is lost: look under Setup > Deployment Status, and set up again, which waits for this one and goes on.`,
    { service: SERVICE, code: 'DEPLOY_SLOW' },
  );
}
