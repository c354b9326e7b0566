/** What one account-based write sends, from what is there already: nothing that exists is made a second time. */
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import type { Values } from '../api/values.ts';
import { mapped } from '../mapping/apply.ts';
import { memberRequest } from '../mapping/campaign.ts';
import type { Prepared } from '../mapping/prepare.ts';
import type { Step } from '../records/attempt.ts';
import { accountKey } from '../records/company.ts';
import { existingRecord, followUp } from '../records/record.ts';
import { isPerson, newPerson, PERSON } from './person.ts';
import { ACCOUNT_OF_LEAD, newAccount, newContact, newOpportunity, noteToOwner } from './values.ts';

export type PartName = 'account' | 'contact' | 'lead' | 'opportunity' | 'role' | 'member' | 'task' | 'note';

export interface Part {
  name: PartName;
  step: Step;
  /**
   * `make`: a new record, its key (which the org takes only once) among the values; `change`: a record that is there;
   * `put`: made, or brought up to date when it is there; `read`: the person of an account.
   */
  how: { kind: 'make' } | { kind: 'read'; id: string } | { kind: 'change'; id: string } | { kind: 'put'; key: string };
  /** Columns that hold another record's id, or the reference to it while it is being made. */
  links: Record<string, string>;
}

/** What is there already. */
export interface KnownRecords {
  account?: { id: string; name?: string };
  /** `own`: made by an earlier try of this handoff. `homeless`: belongs to no account. */
  contact?: { id: string; own: boolean; homeless: boolean };
  /** The person's record is a lead, and stays it. `own`: what the playbook decided of it; else somebody's. */
  lead?: { id: string; own: boolean };
  /** Made by an earlier try of this handoff, or by an earlier write of it. */
  ownDeal?: { id: string; name?: string; earlier: boolean };
  /** Somebody's open one: no second is made. */
  openDeal?: CrmDeal;
  /** There was one, and people took it away: none is made in its place. */
  noDeal?: true;
}

export interface Attempt {
  write: Prepared;
  known: KnownRecords;
  /** What repairs left of a part. */
  mended: ReadonlyMap<PartName, Step>;
  /** Parts that are saved although they look like others. */
  allowed: ReadonlySet<PartName>;
  /** Parts the org will not have. */
  dropped: ReadonlySet<PartName>;
  notes: string[];
}

export function firstAttempt(write: Prepared): Attempt {
  const { existing, company: account, openDeal, made } = write;
  const id = existing?.id;
  return {
    write,
    known: {
      ...(account && { account: { ...account, id: to18(account.id) } }),
      ...(id && existing.object === 'Lead' && { lead: { id, own: true } }),
      ...(id && existing.object === 'Contact' && { contact: { id, own: false, homeless: existing.homeless === true } }),
      ...(made?.dealId && { ownDeal: { id: to18(made.dealId), earlier: true } }),
      ...(openDeal && !made?.dealId && { openDeal }),
    },
    mended: new Map(),
    allowed: new Set(),
    dropped: new Set(),
    notes: [...(write.resolved?.notes ?? [])],
  };
}

/** Everything that is to be sent, in the order in which it is. */
export function partsOf(org: Org, attempt: Attempt): Part[] {
  const parts = attempt.known.lead ? partsOfLead(org, attempt, attempt.known.lead) : partsOfContact(org, attempt);
  return parts
    .filter(part => !attempt.dropped.has(part.name))
    .map(part => ({ ...part, step: attempt.mended.get(part.name) ?? part.step }));
}

function stepOf(org: Org, write: Prepared, object: string, values: Values, isNew: boolean): Step {
  return { object, ...mapped(org.rules, write, object, values, isNew) };
}

const keyed = (org: Org, step: Step, key: string): Step => ({
  ...step,
  values: { ...step.values, [org.externalIdField]: key },
});

/** An open lead is worked by somebody: it is brought up to date and hangs on the account, and nothing is made beside it. */
function partsOfLead(org: Org, attempt: Attempt, lead: { id: string; own: boolean }): Part[] {
  const { write, known } = attempt;
  const { OwnerId, Status, ...facts } = existingRecord(write, org.fields, 'Lead');
  const decided = {
    ...(OwnerId !== undefined && { OwnerId }),
    ...(Status !== undefined && { Status }),
  };
  const link: Values = known.account ? { [ACCOUNT_OF_LEAD]: known.account.id } : {};
  const values = { ...facts, ...(lead.own && decided), ...link };
  return [
    {
      name: 'lead',
      step: stepOf(org, write, 'Lead', values, false),
      how: { kind: 'change', id: lead.id },
      links: {},
    },
    ...member(attempt, 'Lead', lead.id),
    ...tasks(org, attempt, { WhoId: lead.id }),
  ];
}

function partsOfContact(org: Org, attempt: Attempt): Part[] {
  const { known } = attempt;
  const account = known.account?.id ?? '@{account.id}';
  const isOwnAccount = isPerson(attempt.write) && !known.contact;
  const contact = known.contact?.id ?? (isOwnAccount ? `@{contact.${PERSON}}` : '@{contact.id}');
  const deal = known.ownDeal?.id ?? known.openDeal?.id ?? (known.noDeal ? undefined : '@{opportunity.id}');
  return [
    ...(known.account ? [] : [isOwnAccount ? personPart(org, attempt) : accountPart(org, attempt)]),
    ...(isOwnAccount ? [personsContact(account)] : contactParts(org, attempt, account)),
    ...linkParts(attempt, account),
    ...dealParts(org, attempt, account, contact),
    ...member(attempt, 'Contact', contact),
    ...tasks(org, attempt, { WhoId: contact, ...(deal && { WhatId: deal }) }),
  ];
}

/** A test's account is its own; any other is the company's, whoever of the company comes first. */
function accountPart(org: Org, { write }: Attempt): Part {
  const key = write.isTest ? write.handoffId : accountKey(write.domain, write.person.company);
  return {
    name: 'account',
    step: keyed(org, stepOf(org, write, 'Account', newAccount(write), true), key ?? write.handoffId),
    how: { kind: 'make' },
    links: {},
  };
}

/** The account is the person, and nobody else's. */
function personPart(org: Org, { write }: Attempt): Part {
  return { name: 'account', step: newPerson(org, write), how: { kind: 'make' }, links: {} };
}

/** The contact comes with the account: it is read, in the same call, for what hangs on it. */
function personsContact(account: string): Part {
  return { name: 'contact', step: { object: 'Account', values: {} }, how: { kind: 'read', id: account }, links: {} };
}

function contactParts(org: Org, { write, known }: Attempt, account: string): Part[] {
  if (known.contact?.own) return [];
  if (!known.contact) {
    const step = stepOf(org, write, 'Contact', newContact(write, org.fields), true);
    const made = keyed(org, step, write.handoffId);
    return [{ name: 'contact', step: made, how: { kind: 'make' }, links: { AccountId: account } }];
  }
  const step = stepOf(org, write, 'Contact', existingRecord(write, org.fields, 'Contact'), false);
  const links: Record<string, string> = known.contact.homeless ? { AccountId: account } : {};
  if (Object.keys({ ...step.values, ...links }).length === 0) return [];
  return [{ name: 'contact', step, how: { kind: 'change', id: known.contact.id }, links }];
}

/** The same person is an open lead as well. */
function linkParts({ write: { openLead } }: Attempt, account: string): Part[] {
  if (!openLead) return [];
  return [
    {
      name: 'lead',
      step: { object: 'Lead', values: {} },
      how: { kind: 'change', id: to18(openLead.id) },
      links: { [ACCOUNT_OF_LEAD]: account },
    },
  ];
}

function dealParts(org: Org, { write, known }: Attempt, account: string, contact: string): Part[] {
  const { ownDeal, openDeal, noDeal } = known;
  if (openDeal || noDeal) return [];
  if (ownDeal) {
    const OwnerId = write.newOwnerId ?? write.ownerId;
    if (!ownDeal.earlier || OwnerId === undefined) return [];
    const step: Step = { object: 'Opportunity', values: { OwnerId } };
    return [{ name: 'opportunity', step, how: { kind: 'change', id: ownDeal.id }, links: {} }];
  }
  const role = write.deal?.role;
  return [
    {
      name: 'opportunity',
      step: keyed(org, stepOf(org, write, 'Opportunity', newOpportunity(write, org.fields), true), write.handoffId),
      how: { kind: 'make' },
      links: { AccountId: account },
    },
    {
      name: 'role',
      step: { object: 'OpportunityContactRole', values: { IsPrimary: true, ...(role && { Role: role }) } },
      how: { kind: 'make' },
      links: { OpportunityId: '@{opportunity.id}', ContactId: contact },
    },
  ];
}

function member({ write }: Attempt, object: 'Lead' | 'Contact', id: string): Part[] {
  const campaign = write.resolved?.campaign;
  if (!campaign || !write.campaign) return [];
  const { body } = memberRequest({ campaign, status: write.campaign.status }, { object, id }, 'member');
  const { [`${object}Id`]: who, ...values } = body as Record<string, string>;
  return [
    {
      name: 'member',
      step: { object: 'CampaignMember', values },
      how: { kind: 'make' },
      links: { [`${object}Id`]: who ?? id },
    },
  ];
}

/** The rep's follow-up, and a note to the owner of the deal that is open. */
function tasks(org: Org, { write, known }: Attempt, links: Record<string, string>): Part[] {
  const task = followUp(write);
  const deal = known.openDeal;
  const key = write.handoffId;
  const isTold = deal && isToldOf(write, deal);
  return [
    ...(task ? [{ name: 'task' as const, step: stepOf(org, write, 'Task', task, true), how: put(key), links }] : []),
    ...(isTold
      ? [
          {
            name: 'note' as const,
            step: { object: 'Task', values: noteToOwner(write, deal) },
            how: put(`${key}:note`),
            links: { WhatId: deal.id },
          },
        ]
      : []),
  ];
}

const put = (key: string) => ({ kind: 'put' as const, key });

/** Whoever has the lead sees the deal in their own follow-up; a queue or somebody who left reads no note. */
export function isToldOf({ newOwnerId, ownerId }: Prepared, { owner }: CrmDeal): boolean {
  return owner.kind === 'user' && owner.active && owner.id !== (newOwnerId ?? ownerId);
}
