/**
 * Who gets the lead, and why. Pure: the caller holds the lock on the rotation, passes them in, and saves what comes out.
 *
 * Whoever owns an open record of the person keeps the lead; a customer goes to the owner of their account; everybody
 * else goes by the first rule that matches. An owner who cannot have it gives way to the next rule. A person or team
 * that cannot have it gives way to the fallback, not to the next rule: the rules below were written for other leads.
 */
import { teamOf } from '../../config/playbook/people.ts';
import type { RoutingRule } from '../../config/playbook.ts';
import type { CrmOwner } from '../../contracts/crm-records.ts';
import type { Candidate, RoutingDecision, Skipped } from '../../domain/decision.ts';
import { capital } from '../../lib/english.ts';
import { chooseRep, type RoutingProgress } from './choose-rep.ts';
import { matches } from './conditions.ts';
import type { RouteInput, RouteOutcome, RoutingState } from './input.ts';
import { ownerInPlaybook } from './owners.ts';
import { rotationOrderOf } from './rotation-order.ts';

export type { RouteFacts } from './facts.ts';
export { routeFacts } from './facts.ts';
export type { RosterEntry, RouteInput, RouteOutcome, RoutingState } from './input.ts';

/** Always a decision with its reason; throws for nothing a lead, a person or a parsed playbook can hold. */
export function route(input: RouteInput): RouteOutcome {
  const soFar: RoutingProgress = { facts: { priority: input.facts.priority }, skipped: [], notes: [] };
  return toRecordOwner(input, soFar) ?? toCustomersOwner(input, soFar) ?? byRules(input, soFar);
}

/** A team's rotation order as it stands now, the next first, and everybody skipped; undefined when there is no such team. */
export function nextCandidates(
  routing: RoutingState,
  key: string,
): { candidates: Candidate[]; skipped: Skipped[] } | undefined {
  const team = teamOf(routing.playbook, key);
  if (!team) return undefined;
  const { candidates, skipped } = rotationOrderOf(routing, key, team, 'at_work');
  return { candidates, skipped };
}

/** Every rule held against a lead, in order, with what speaks for or against it: what "why" shows. */
export function explainRules(
  input: Pick<RouteInput, 'facts' | 'playbook'>,
): { rule: string; yes: boolean; why: string }[] {
  return input.playbook.routing.map(rule => {
    const { yes, why } = matches(rule.when, input.facts);
    return { rule: rule.name, yes, why };
  });
}

function toRecordOwner(input: RouteInput, soFar: RoutingProgress): RouteOutcome | undefined {
  const { record } = input.facts;
  if (!record) return undefined;
  soFar.facts.record = `${capital(record.kind)} ${record.id}`;
  const what = record.kind === 'lead' ? 'An open lead of this person' : 'A contact of this person';
  return toOwner(input, soFar, record.owner, {
    rule: 'Existing record keeps its owner',
    via: 'record_owner',
    standing: 'owns the record',
    had: `${what} is in the CRM already`,
  });
}

/** A customer goes to the account's owner even when no rule says so; a rule that does lends its name. */
function toCustomersOwner(input: RouteInput, soFar: RoutingProgress): RouteOutcome | undefined {
  const { account, contactOfAccount } = input.facts;
  if (!account || !contactOfAccount) return undefined;
  const rule = input.playbook.routing.find(
    one => one.to.kind === 'account_owner' && matches(one.when, input.facts).yes,
  );
  return inMode(toAccountOwner(input, soFar, rule?.name ?? 'Customer goes to the account owner'), rule?.crm);
}

/** Whoever has the lead in the end, its records are those of the rule that took it. */
function inMode<T extends RouteOutcome | undefined>(made: T, crm: RoutingRule['crm']): T {
  return made && crm !== undefined ? { ...made, decision: { ...made.decision, crm } } : made;
}

function byRules(input: RouteInput, soFar: RoutingProgress): RouteOutcome {
  for (const rule of input.playbook.routing) {
    const { yes, saw } = matches(rule.when, input.facts);
    Object.assign(soFar.facts, saw);
    if (!yes) continue;
    const made = byRule(input, rule, soFar);
    if (made) return inMode(made, rule.crm);
  }
  return chooseRep(input, undefined, undefined, soFar);
}

/** undefined: the rule matched, but its owner cannot have the lead, and the next rule is to decide. */
function byRule(input: RouteInput, rule: RoutingRule, soFar: RoutingProgress): RouteOutcome | undefined {
  const { to, name } = rule;
  if (to.kind === 'account_owner') return toAccountOwner(input, soFar, name);
  if (to.kind === 'person') return chooseRep(input, name, { kind: 'person', email: to.person }, soFar);
  if (to.kind === 'team') return chooseRep(input, name, { kind: 'team', team: to.team, via: 'team' }, soFar);
  return {
    decision: {
      rule: name,
      facts: soFar.facts,
      to: { kind: 'nurture' },
      candidates: [],
      skipped: soFar.skipped,
      reason: [...soFar.notes, `${name} → nurture.`].join(' '),
    },
  };
}

function toAccountOwner(input: RouteInput, soFar: RoutingProgress, rule: string): RouteOutcome | undefined {
  const { account } = input.facts;
  if (!account) {
    const known = account === null ? 'the CRM has no account of this company' : 'the account is not known';
    addNote(soFar, `${rule}: ${known}, so the next rule decides.`);
    return undefined;
  }
  soFar.facts.account = account.name;
  if (account.owner.kind === 'nobody') {
    addNote(soFar, `${rule}: ${account.name} is an account that nobody owns, so the rules go on.`);
    return undefined;
  }
  return toOwner(input, soFar, account.owner, {
    rule,
    via: 'account_owner',
    standing: 'owns the account',
    had: `${rule}: ${account.name} is an account`,
  });
}

interface OwnerRule {
  rule: string;
  via: 'record_owner' | 'account_owner';
  standing: string;
  /** How the reason begins. */
  had: string;
}

function toOwner(input: RouteInput, soFar: RoutingProgress, owner: CrmOwner, as: OwnerRule): RouteOutcome | undefined {
  const found = ownerInPlaybook(input, owner);
  if (found.skip) {
    const { skip } = found;
    if (!soFar.skipped.some(one => one.email === skip.email && one.code === skip.code)) soFar.skipped.push(skip);
    const who = owner.name ?? skip.email;
    addNote(soFar, `${as.had}, but its owner ${who} cannot have the lead (${skip.reason}), so the rules go on.`);
    return undefined;
  }
  const { email, name } = found;
  const decision: RoutingDecision = {
    rule: as.rule,
    facts: { ...soFar.facts, owner: email },
    to: { kind: 'person', email, via: as.via },
    candidates: [{ email, standing: as.standing }],
    skipped: soFar.skipped.filter(one => one.email !== email),
    reason: [...soFar.notes, `${as.had} → ${name}, who owns it.`].join(' '),
  };
  return { decision };
}

/** Two rules may stumble over the same owner; the timeline says it once. */
function addNote(soFar: RoutingProgress, text: string): void {
  if (!soFar.notes.includes(text)) soFar.notes.push(text);
}
