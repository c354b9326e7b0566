/**
 * Puts into the org what is in the folder `salesforce/`. What is there is read first: fields of the org's own are used
 * or left alone, and only what carries Baton's mark is ever written again. A second run deploys nothing.
 */

import type { CrmSetup, SetupResult } from '../../../contracts/crm-setup.ts';
import { Rejected } from '../../../lib/errors.ts';
import { queries } from '../api/composite.ts';
import { SERVICE } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { HOST_FIELD } from '../records/website-host.ts';
import { assign } from './assign.ts';
import { byHand } from './by-hand.ts';
import { compare, type Standing } from './compare.ts';
import { deploy, finishEarlier } from './deployment.ts';
import { fillHosts, unfilled } from './fill-hosts.ts';
import { fitted, without } from './fitting.ts';
import { keyOf, nameOf, type Part, readFolder } from './folder.ts';
import { type Ask, metadataOf } from './metadata.ts';
import { present } from './present.ts';
import { syncedScoreParts } from './synced-scores.ts';
import { type Content, textIn } from './xml.ts';

type PartResult = SetupResult['parts'][number];

const PERMISSION_SET = 'Baton';
/** One deployment, and what remains of it when parts of it are refused; then those need others that are refused. */
const MOST_ROUNDS = 4;

export function deployer(org: Org, timeoutMs: number): CrmSetup['deploy'] {
  const ask = metadataOf(org, timeoutMs);
  return async (messagesTo, progress, { dryRun = false, scoresTo } = {}) => {
    progress({ text: 'Reading what is there', done: 0, of: 1 });
    if (!dryRun) {
      await finishEarlier(org, ask, (done, of) => progress({ text: 'Waiting for an earlier set-up', done, of }));
    }
    const user = await whoAmI(org);
    const { fields, externalIdField } = org;
    const scores = scoresTo === undefined ? [] : await syncedScoreParts(org);
    const folder = [...(await readFolder()), ...scores];
    const wanted = fitted(folder, { fields, externalIdField, messagesTo, scoresTo, user: user.username });
    const plan = planOf(wanted, await present(ask, wanted));
    const results = dryRun ? plan.toWrite.map(madeOf) : await write(org, ask, plan.toWrite, progress);
    const assigned = dryRun ? [] : [await assignIfMade(org, user, [...plan.settled, ...results])];
    org.schema.forget();
    const filled = dryRun ? [] : [await fillIfThere(org, [...plan.settled, ...results], progress)];
    const parts = [...plan.settled, ...results, ...assigned, ...filled];
    const asleep = dryRun ? [] : await sleepers(ask, wanted, parts);
    return {
      ok: parts.every(part => part.outcome !== 'refused'),
      parts,
      byHand: byHand({
        ...{ messagesTo, username: user.username, asleep, key: externalIdField },
        lacksScores: scoresTo !== undefined && scores.length === 0,
      }),
    };
  };
}

async function whoAmI(org: Org): Promise<{ id: string; username: string }> {
  const id = await org.session.userId();
  const [rows = []] = id ? await queries(org, [`SELECT Id, Username FROM User WHERE Id = ${quote(id)}`]) : [];
  const username = rows[0]?.Username;
  if (id && typeof username === 'string') return { id, username };
  throw new Rejected('Salesforce did not say which user Baton acts as', { service: SERVICE, code: 'NO_USER' });
}

interface Plan {
  /** What is not to be written. */
  settled: PartResult[];
  toWrite: Writing[];
}

interface Writing {
  part: Part;
  /** It was there, in another form. */
  again: boolean;
}

function planOf(wanted: readonly Part[], there: ReadonlyMap<string, Content>): Plan {
  const clashing = new Map<string, string>();
  for (const part of wanted) {
    const standing = compare(part, there.get(keyOf(part)));
    if (part.type === 'CustomField' && standing.kind === 'foreign') clashing.set(part.fullName, standing.why);
  }
  const settled: PartResult[] = [...clashing].map(([field, why]) => ({
    name: `field ${field}`,
    outcome: 'refused',
    why,
  }));
  const { parts, fallen } = without(wanted, new Set(clashing.keys()));
  settled.push(...fallen.map(fallenResult));
  const toWrite: Writing[] = [];
  for (const part of parts) {
    const standing: Standing = compare(part, there.get(keyOf(part)));
    if (standing.kind === 'there') settled.push({ name: nameOf(part), outcome: 'unchanged' });
    else if (standing.kind === 'foreign') settled.push({ name: nameOf(part), outcome: 'refused', why: standing.why });
    else if (standing.kind === 'missing') toWrite.push({ part, again: false });
    else toWrite.push({ part: { ...part, content: standing.content }, again: true });
  }
  return { settled, toWrite };
}

const fallenResult = ({ part, needs }: { part: Part; needs: string }): PartResult => ({
  name: nameOf(part),
  outcome: 'refused',
  why: `it needs ${needs}`,
});

const madeOf = ({ part, again }: Writing): PartResult => ({
  name: nameOf(part),
  outcome: 'made',
  ...(again && { why: 'it was there in another form' }),
});

/** Flows come last and by themselves: they must find their messages in the org. */
async function write(
  org: Org,
  ask: Ask,
  toWrite: readonly Writing[],
  progress: Parameters<CrmSetup['deploy']>[1],
): Promise<PartResult[]> {
  const isFlow = ({ part }: Writing) => part.type === 'Flow';
  const others = toWrite.filter(one => !isFlow(one));
  const flows = toWrite.filter(isFlow);
  const told = (before: number) => (done: number) =>
    progress({
      text: 'Salesforce makes what is missing',
      done: Math.min(before + done, toWrite.length),
      of: toWrite.length,
    });
  const first = await inRounds(org, ask, others, told(0));
  const refused = new Set(first.filter(one => one.outcome === 'refused').map(one => one.name));
  const gone = [...refused].flatMap(name => /^field (.+)$/.exec(name)?.[1] ?? []);
  const { parts, fallen } = without(
    flows.map(({ part }) => part),
    new Set(gone),
  );
  for (const part of parts) if (refused.has(messageOf(part))) fallen.push({ part, needs: messageOf(part) });
  const unable = new Set(fallen.map(({ part }) => keyOf(part)));
  const able = flows.filter(({ part }) => !unable.has(keyOf(part)));
  return [...first, ...(await inRounds(org, ask, able, told(others.length))), ...fallen.map(fallenResult)];
}

const messageOf = ({ content }: Part): string => `outbound message ${textIn(content.actionCalls, 'actionName')}`;

/** What Salesforce refuses is left out with its reason, so that one part does not keep the others away. */
async function inRounds(
  org: Org,
  ask: Ask,
  toWrite: readonly Writing[],
  told: (done: number) => void,
): Promise<PartResult[]> {
  const refusals: PartResult[] = [];
  let left = toWrite;
  for (let round = 1; left.length > 0; round += 1) {
    const refused = await deploy(
      org,
      ask,
      left.map(({ part }) => part),
      told,
    );
    if (refused.length === 0) return [...left.map(madeOf), ...refusals];
    const why = new Map(refused.map(one => [`${one.type}:${one.fullName}`, one.problem]));
    const all = left.filter(({ part }) => why.has(keyOf(part)));
    // Without a field whatever names it is refused, too: it gets another chance without the field.
    const fields = all.filter(({ part }) => part.type === 'CustomField');
    const named = fields.length > 0 ? fields : all;
    if (round === MOST_ROUNDS || named.length === 0) {
      const reasons = refused.map(one => `${one.fullName}: ${one.problem}`).join('; ');
      return [
        ...refusals,
        ...left.map(({ part }) => refusedResult(part, why.get(keyOf(part)) ?? `undone: ${reasons}`)),
      ];
    }
    refusals.push(...named.map(({ part }) => refusedResult(part, why.get(keyOf(part)) ?? '')));
    const gone = fields.map(({ part }) => part.fullName);
    const rest = left.filter(one => !named.includes(one));
    const { parts, fallen } = without(
      rest.map(({ part }) => part),
      new Set(gone),
    );
    refusals.push(...fallen.map(fallenResult));
    const again = new Map(rest.map(one => [keyOf(one.part), one.again]));
    left = parts.map(part => ({ part, again: again.get(keyOf(part)) ?? false }));
  }
  return refusals;
}

const refusedResult = (part: Part, why: string): PartResult => ({
  name: nameOf(part),
  outcome: 'refused',
  why: `Salesforce: ${why.slice(0, 300)}`,
});

async function assignIfMade(
  org: Org,
  user: { id: string; username: string },
  parts: readonly PartResult[],
): Promise<PartResult> {
  const set = parts.find(part => part.name === `permission set ${PERMISSION_SET}`);
  if (set && set.outcome !== 'refused') return assign(org, PERMISSION_SET, user);
  const name = `assignment of permission set ${PERMISSION_SET} to ${user.username}`;
  return { name, outcome: 'refused', why: `it needs permission set ${PERMISSION_SET}` };
}

async function fillIfThere(
  org: Org,
  parts: readonly PartResult[],
  progress: Parameters<CrmSetup['deploy']>[1],
): Promise<PartResult> {
  const field = `field Account.${HOST_FIELD}`;
  const isThere = parts.some(part => part.name === field && part.outcome !== 'refused');
  return isThere ? fillHosts(org, progress) : unfilled(field);
}

/** Flows of ours that are there and do nothing. */
async function sleepers(ask: Ask, wanted: readonly Part[], results: readonly PartResult[]): Promise<string[]> {
  const made = new Set(results.filter(part => part.outcome !== 'refused').map(part => part.name));
  const flows = wanted.filter(part => part.type === 'Flow' && made.has(nameOf(part)));
  const found = await present(ask, flows);
  return flows.filter(flow => textIn(found.get(keyOf(flow)), 'status') !== 'Active').map(flow => flow.fullName);
}
