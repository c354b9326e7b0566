/** Account, contact, opportunity, its contact role and the follow-up of one handoff: all or nothing, in one call. */

import { atMost } from '../../../lib/at-most.ts';
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { composite, type Subanswer, type Subrequest } from '../api/composite.ts';
import { readErrors, SERVICE } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { OrgWrite, OrgWritten } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { settleMember } from '../mapping/campaign.ts';
import { type Prepared, preparer } from '../mapping/prepare.ts';
import { ownerRefusal } from '../records/columns.ts';
import { fit } from '../records/fit.ts';
import { missingKey } from '../records/repair.ts';
import { ownRecords } from './known.ts';
import { isPerson, PERSON } from './person.ts';
import { type Attempt, firstAttempt, type Part, type PartName, partsOf } from './plan.ts';
import { type Repaired, repairPart } from './repair.ts';
import { ACCOUNT_OF_LEAD, companyName, dealName } from './values.ts';

const WIDTH = 4;
/** Each repair changes something; an org that refuses more often than this is parked. */
const MOST_ROUNDS = 16;
/** Without its key a retry would make a second one; an account's is a safeguard more. */
const NEEDS_KEY: ReadonlySet<PartName> = new Set(['contact', 'opportunity']);

/** A part with what the org said to it. */
interface Answered {
  part: Part;
  answer: Subanswer;
}

/** Makes the account-based writer of one org. */
export function accountWriter(org: Org): (write: OrgWrite) => Promise<OrgWritten> {
  const prepare = preparer(org);
  const inTurn = atMost(WIDTH);
  return async write => {
    const prepared = await prepare(write);
    return inTurn(() => untilWritten(org, prepared));
  };
}

async function untilWritten(org: Org, write: Prepared): Promise<OrgWritten> {
  let attempt = firstAttempt(write);
  // What an earlier try made may have been found as if it were somebody's.
  const own = write.again ? await ownRecords(org, attempt) : undefined;
  if (own) attempt = { ...attempt, known: own };
  let memberAnswer: Subanswer | undefined;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const sent = await send(org, attempt);
    const refused = sent.filter(({ answer }) => !isFine(answer) && !isHalted(answer));
    if (sent.every(({ answer }) => isFine(answer))) return written(org, attempt, sent, memberAnswer);
    if (refused.length === 0) {
      const halted = 'Salesforce undid the records and did not say why';
      throw new Unavailable(halted, { service: SERVICE, code: 'PROCESSING_HALTED', undocumented: true });
    }
    memberAnswer = refused.find(({ part }) => part.name === 'member')?.answer ?? memberAnswer;
    attempt = await repairAll(org, attempt, refused);
  }
  throw new Rejected('Salesforce refused the records again and again', { service: SERVICE, code: 'TOO_MANY_REPAIRS' });
}

/** Each refusal is answered; one that changes what is there makes the others old. */
async function repairAll(org: Org, before: Attempt, refused: readonly Answered[]): Promise<Attempt> {
  let repaired: Repaired = { attempt: before, isOther: false };
  for (const { part, answer } of refused) {
    repaired = await repairPart(org, repaired.attempt, part, answer);
    if (repaired.isOther) break;
  }
  return repaired.attempt;
}

async function send(org: Org, attempt: Attempt): Promise<Answered[]> {
  const parts = partsOf(org, attempt);
  const answers = await composite(
    org,
    parts.map(part => request(org, attempt, part)),
    { allOrNone: true },
  );
  return parts.flatMap((part, at) => {
    const answer = answers[at];
    return answer ? [{ part, answer }] : [];
  });
}

function request(org: Org, attempt: Attempt, part: Part): Subrequest {
  const { step, how, links } = part;
  if (how.kind === 'read') {
    return { method: 'GET', path: `/sobjects/${step.object}/${how.id}?fields=${PERSON}`, referenceId: part.name };
  }
  const isNew = how.kind !== 'change';
  step.facts = org.schema.of(step.object);
  step.sent = fit(step.object, step.values, step.facts, isNew, step.defaults);
  const values = step.sent.values;
  if (NEEDS_KEY.has(part.name) && how.kind === 'make' && !(org.externalIdField in values)) {
    throw missingKey(org, step.object, 'INVALID_FIELD');
  }
  return {
    method: how.kind === 'make' ? 'POST' : 'PATCH',
    path: pathOf(org, part),
    referenceId: part.name,
    body: { ...values, ...links },
    ...(attempt.allowed.has(part.name) ? { httpHeaders: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } } : {}),
  };
}

function pathOf(org: Org, { step: { object }, how }: Part): string {
  if (how.kind === 'make') return `/sobjects/${object}`;
  if (how.kind === 'read' || how.kind === 'change') return `/sobjects/${object}/${encodeURIComponent(how.id)}`;
  return `/sobjects/${object}/${org.externalIdField}/${encodeURIComponent(how.key)}`;
}

const isFine = ({ status }: Subanswer): boolean => status >= 200 && status < 300;

/** Not at fault: undone with the others, or in want of one of them. */
const isHalted = ({ status, body }: Subanswer): boolean =>
  readErrors(status, body).every(error => error.errorCode === 'PROCESSING_HALTED');

async function written(
  org: Org,
  attempt: Attempt,
  sent: readonly Answered[],
  memberAnswer: Subanswer | undefined,
): Promise<OrgWritten> {
  const { write, known, notes } = attempt;
  const ids = new Map(sent.map(({ part, answer }) => [part.name, idOf(part, answer)]));
  const isSent = (name: PartName) => ids.has(name);
  const isMade = (name: PartName) => sent.some(({ part }) => part.name === name && part.how.kind === 'make');
  const object = known.lead ? ('Lead' as const) : ('Contact' as const);
  const id = known.lead?.id ?? known.contact?.id ?? ids.get('contact');
  const accountId = known.account?.id ?? ids.get('account');
  const dealId = known.ownDeal?.id ?? ids.get('opportunity');
  if (!id || (object === 'Contact' && !(accountId && (dealId || known.openDeal || known.noDeal)))) {
    throw new Unavailable('Salesforce answered a write without an id', {
      service: SERVICE,
      code: 'UNREADABLE',
      undocumented: true,
    });
  }
  const warnings = [...notes, ...sent.flatMap(({ part }) => part.step.sent?.warnings ?? [])];
  const { campaign } = write.resolved ?? {};
  if (memberAnswer && campaign && write.campaign) {
    const wanted = { campaign, status: write.campaign.status };
    warnings.push(...(await settleMember(org, wanted, { object, id }, memberAnswer)));
  }
  const lead = sent.find(({ part }) => part.name === 'lead')?.part;
  const isLinked = lead && { ...lead.step.sent?.values, ...lead.links }[ACCOUNT_OF_LEAD] !== undefined;
  const taskId = ids.get('task');
  return {
    object,
    id,
    created: isMade('contact') || (isPerson(write) && isMade('account')) || known.contact?.own === true,
    ...(taskId ? { taskId } : {}),
    also: [...(accountId ? [account(accountId)] : []), ...(dealId && object === 'Contact' ? [deal(dealId)] : [])],
    ...(known.openDeal ? { openDeal: known.openDeal } : {}),
    ...(isLinked && lead.how.kind === 'change' ? { linkedLeads: [lead.how.id] } : {}),
    ...ownerRefusal(notes),
    warnings: [...new Set(warnings)],
  };

  function account(id: string) {
    const name = known.account?.name ?? companyName(write);
    return { object: 'Account' as const, id, name, created: isSent('account') };
  }

  function deal(id: string) {
    const name = known.ownDeal?.name ?? dealName(write, write.dealName);
    const created = isMade('opportunity') || known.ownDeal?.earlier === false;
    return { object: 'Opportunity' as const, id, name, created };
  }
}

function idOf({ how }: Part, { body }: Subanswer): string | undefined {
  if (how.kind === 'change') return how.id;
  const answer = body as { id?: unknown; [PERSON]?: unknown } | null | undefined;
  const id = how.kind === 'read' ? answer?.[PERSON] : answer?.id;
  return typeof id === 'string' ? to18(id) : undefined;
}
