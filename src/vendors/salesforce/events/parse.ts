/** What records of Salesforce say, in Baton's words. A field that was not sent says nothing. */
import type { CrmActivity, CrmOwnership, ParsedEvent } from '../../../contracts/crm-events.ts';
import { to18 } from '../api/ids.ts';
import { type OrgEvent, personOut } from '../api/objects.ts';

/** @param ownField holds Baton's key in records that Baton wrote */
export function parseEvent({ record, fields }: OrgEvent, ownField: string): ParsedEvent {
  switch (record?.object) {
    case 'Task':
      return taskOf(fields, ownField);
    case 'Event':
      return eventOf(fields, ownField);
    case 'Lead':
    case 'Contact':
      return fields.IsDeleted === 'true' ? { kind: 'removed' } : personOf(fields);
    case 'Opportunity':
      return { kind: 'deal', ...given('stage', fields.StageName), ...resultOf(fields), ...ownershipOf(fields) };
    default:
      return { kind: 'other' };
  }
}

type Fields = OrgEvent['fields'];

function taskOf(fields: Fields, ownField: string): CrmActivity {
  const seconds = Number(fields.CallDurationInSeconds || Number.NaN);
  const done = fields.IsClosed ? fields.IsClosed === 'true' : fields.Status === 'Completed' || undefined;
  const at = fields.CompletedDateTime || fields.LastModifiedDate;
  return {
    ...activityOf(fields, ownField),
    as: kindOf(fields),
    ...(done !== undefined && { done }),
    ...(Number.isFinite(seconds) && { seconds }),
    ...(fields.CallType && { direction: fields.CallType === 'Inbound' ? ('inbound' as const) : ('outbound' as const) }),
    ...given('at', isoOf(at)),
  };
}

function kindOf({ TaskSubtype, Type, CallType }: Fields): CrmActivity['as'] {
  if (TaskSubtype === 'ListEmail') return 'mass_email';
  if (TaskSubtype === 'Call' || Type === 'Call' || CallType) return 'call';
  if (TaskSubtype === 'Email' || Type === 'Email') return 'email';
  return Type === 'Meeting' ? 'meeting' : 'task';
}

/** A meeting that is to come was agreed upon when it was entered. */
function eventOf(fields: Fields, ownField: string): CrmActivity {
  const known = [fields.StartDateTime || fields.ActivityDateTime, fields.CreatedDate].map(isoOf).filter(Boolean);
  const startsAt = isoOf(fields.StartDateTime || fields.ActivityDateTime);
  return {
    ...activityOf(fields, ownField),
    as: 'meeting',
    done: true,
    // Everybody who is invited has an event of their own (Object Reference, Event.IsChild).
    ...(fields.IsChild === 'true' && { copy: true }),
    ...given('startsAt', startsAt),
    ...given('at', known.sort()[0]),
  };
}

function activityOf(fields: Fields, ownField: string): Omit<CrmActivity, 'as'> {
  return {
    kind: 'activity',
    about: [fields.WhoId, fields.WhatId].flatMap(id => (id ? [to18(id)] : [])),
    // Empty fields are not sent. A lead's activity is about nothing else, and who a lead became is known by name.
    aboutAll: Boolean(fields.WhoId) || (fields.WhoId !== undefined && fields.WhatId !== undefined),
    own: Boolean(fields[ownField]),
    subject: fields.Subject ?? '',
    ...given('notes', fields.Description?.trim()),
    ...given('ownerId', fields.OwnerId && to18(fields.OwnerId)),
  };
}

function personOf(fields: Fields): ParsedEvent {
  const became = [fields.ConvertedContactId, fields.ConvertedOpportunityId].flatMap(id => (id ? [to18(id)] : []));
  const contact = fields.ConvertedContactId;
  return {
    kind: 'person',
    ...(fields.IsConverted === 'true' && contact && { now: personOut({ object: 'Contact', id: contact }) }),
    ...given('status', fields.Status),
    ...ownershipOf(fields),
    ...(fields.IsConverted === 'true' && { became }),
  };
}

/** Added to a record that was asked for, when its last change was made as Baton's own user. */
export const BY_BATON = 'Baton.ChangedIt';

function ownershipOf(fields: Fields): CrmOwnership {
  const by = fields.LastModifiedById;
  const name = fields['LastModifiedBy.Name'];
  return {
    ...given('ownerId', fields.OwnerId && to18(fields.OwnerId)),
    ...given('ownerName', fields['Owner.Name']),
    ...(by && {
      changedBy: changerOf({
        id: by,
        name,
        type: fields['LastModifiedBy.UserType'],
        isSelf: Boolean(fields[BY_BATON]),
      }),
    }),
    ...given('changedAt', isoOf(fields.LastModifiedDate)),
  };
}

/** Users nobody logs in as: `User.UserType` in the Object Reference. */
const AUTOMATIC_TYPES = new Set(['AutomatedProcess', 'CloudIntegrationUser']);
/**
 * A sync logs in as a standard user, which only its name gives away. Whoever is of the playbook is a person all the same.
 */
const AUTOMATIC_NAMES =
  /\b(?:automated process|integrations?|sync|api|bot|hubspot|marketo|pardot|b2bma|zapier|workato|mulesoft|chili ?piper|leandata)\b/i;

/** A user as a query names them. */
interface User {
  id: string;
  name: string | undefined;
  type: string | undefined;
  /** Baton's own. */
  isSelf: boolean;
}

/** Who or what a user is. */
export function changerOf({ id, name, type, isSelf }: User): NonNullable<CrmOwnership['changedBy']> {
  const isAutomatic = AUTOMATIC_TYPES.has(type ?? '') || AUTOMATIC_NAMES.test(name ?? '');
  return { id: to18(id), ...given('name', name), kind: isSelf ? 'self' : isAutomatic ? 'automation' : 'user' };
}

function resultOf({ IsWon, IsClosed }: Fields): { result?: 'won' | 'lost' } {
  if (IsWon === 'true') return { result: 'won' };
  return IsWon === 'false' && IsClosed === 'true' ? { result: 'lost' } : {};
}

/** The platform writes `+0000` where ISO 8601 wants `Z`. */
export function isoOf(moment: string | undefined): string | undefined {
  const at = new Date((moment ?? '').replace(/\+0000$/, 'Z'));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function given<N extends string>(name: N, value: string | undefined): Partial<Record<N, string>> {
  return (value ? { [name]: value } : {}) as Partial<Record<N, string>>;
}
