/** Salesforce's refusals, classed once into the Failures the rest of Baton knows. */
import { readable } from '../../../domain/failure-words.ts';
import { after, type Clock, HOUR, MINUTE, SECOND } from '../../../lib/clock.ts';
import {
  Ambiguous,
  CredentialsRejected,
  type Failure,
  RateLimited,
  Rejected,
  Unavailable,
} from '../../../lib/errors.ts';

export const SERVICE = 'salesforce';

/** One entry of an error array, in whichever of its shapes it came. */
export interface VendorError {
  errorCode: string;
  message: string;
  fields: string[];
  /** Records a duplicate rule points to; undefined when the error says nothing of duplicates. */
  duplicates?: { object: string; id: string }[];
  /** False: the duplicate rule refuses whatever one says to it. */
  allowSave?: boolean;
}

type Kind = 'unavailable' | 'limited' | 'credentials' | 'rejected' | 'ambiguous';

/** The platform's codes (and OAuth's). What is not here is Unavailable: nobody knows yet, so it is tried for a while. */
const KINDS: Record<string, Kind> = {
  // Somebody must log in again or give access back.
  INVALID_SESSION_ID: 'credentials',
  INVALID_AUTH_HEADER: 'credentials',
  INVALID_LOGIN: 'credentials',
  API_DISABLED_FOR_ORG: 'credentials',
  ORG_LOCKED: 'credentials',
  PASSWORD_LOCKOUT: 'credentials',
  INSUFFICIENT_SCOPE: 'credentials',
  invalid_grant: 'credentials',
  invalid_client: 'credentials',
  invalid_client_id: 'credentials',
  invalid_app_access: 'credentials',
  unauthorized_client: 'credentials',
  unsupported_grant_type: 'credentials',
  inactive_user: 'credentials',
  inactive_org: 'credentials',
  redirect_uri_mismatch: 'credentials',
  invalid_scope: 'credentials',
  OAUTH_APP_BLOCKED: 'credentials',
  OAUTH_APP_ACCESS_DENIED: 'credentials',
  OAUTH_AUTHORIZATION_BLOCKED: 'credentials',
  OAUTH_EC_APP_NOT_FOUND: 'credentials',
  // Later.
  REQUEST_LIMIT_EXCEEDED: 'limited',
  rate_limit_exceeded: 'limited',
  // New records only, until an admin makes room: parking them all would leave them to be replayed one by one.
  STORAGE_LIMIT_EXCEEDED: 'limited',
  // "Because of a system problem, API functionality is temporarily unavailable."
  API_CURRENTLY_DISABLED: 'unavailable',
  INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE: 'unavailable',
  REQUEST_RUNNING_TOO_LONG: 'unavailable',
  UNABLE_TO_LOCK_ROW: 'unavailable',
  SERVER_UNAVAILABLE: 'unavailable',
  QUERY_TIMEOUT: 'unavailable',
  UNKNOWN_EXCEPTION: 'unavailable',
  // Never, as it stands.
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'rejected',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'rejected',
  APEX_ERROR: 'rejected',
  CANNOT_EXECUTE_FLOW_TRIGGER: 'rejected',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'rejected',
  CIRCULAR_DEPENDENCY: 'rejected',
  DUPLICATE_EXTERNAL_ID: 'rejected',
  ENTITY_IS_LOCKED: 'rejected',
  INVALID_CURRENCY_ISO: 'rejected',
  INVALID_STATUS: 'rejected',
  MISSING_ARGUMENT: 'rejected',
  TXN_SECURITY_NO_ACCESS: 'rejected',
  CANNOT_UPDATE_CONVERTED_LEAD: 'rejected',
  DUPLICATES_DETECTED: 'rejected',
  DUPLICATE_VALUE: 'rejected',
  ENTITY_IS_DELETED: 'rejected',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'rejected',
  FIELD_INTEGRITY_EXCEPTION: 'rejected',
  INACTIVE_OWNER_OR_USER: 'rejected',
  INSUFFICIENT_ACCESS: 'rejected',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'rejected',
  INSUFFICIENT_ACCESS_OR_READONLY: 'rejected',
  INVALID_CROSS_REFERENCE_KEY: 'rejected',
  INVALID_EMAIL_ADDRESS: 'rejected',
  INVALID_FIELD: 'rejected',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'rejected',
  INVALID_INPUT: 'rejected',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'rejected',
  INVALID_QUERY_FILTER_OPERATOR: 'rejected',
  INVALID_TYPE: 'rejected',
  INVALID_TYPE_ON_FIELD_IN_RECORD: 'rejected',
  JSON_PARSER_ERROR: 'rejected',
  LIMIT_EXCEEDED: 'rejected',
  MALFORMED_ID: 'rejected',
  MALFORMED_QUERY: 'rejected',
  METHOD_NOT_ALLOWED: 'rejected',
  NOT_FOUND: 'rejected',
  NUMBER_OUTSIDE_VALID_RANGE: 'rejected',
  PROCESSING_HALTED: 'rejected',
  REQUIRED_FIELD_MISSING: 'rejected',
  STRING_TOO_LONG: 'rejected',
  TRANSFER_REQUIRES_READ: 'rejected',
  UNSUPPORTED_API_VERSION: 'rejected',
  MULTIPLE_CHOICES: 'ambiguous',
};

/** Refusals of the app or the org: a wrong secret in the environment must not cost people their log-ins. */
const FOR_ALL = new Set([
  'inactive_org',
  'invalid_client',
  'invalid_client_id',
  'invalid_scope',
  'unsupported_grant_type',
  'OAUTH_APP_BLOCKED',
  'OAUTH_EC_APP_NOT_FOUND',
]);

/** Codes that speak of the whole org, whatever was asked. A 5xx without a code of the platform's does, too. */
const OUTAGES = new Set([
  'API_CURRENTLY_DISABLED',
  'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE',
  'REQUEST_LIMIT_EXCEEDED',
  'SERVER_UNAVAILABLE',
]);
const isOutage = (error: VendorError, status: number): boolean =>
  OUTAGES.has(error.errorCode) || isReadOnlyMode(error) || (error.errorCode.startsWith('HTTP ') && status >= 500);

/** During upgrades and moves an org can be read but not written; only the words tell that from a missing permission. */
const isReadOnlyMode = ({ message }: VendorError): boolean => /\bread[- ]?only mode\b/i.test(message);

/** What a trigger or flow of the org came to grief on: a lock passes, whatever it is wrapped in. */
const isLock = ({ message }: VendorError): boolean => /\bUNABLE_TO_LOCK_ROW\b/.test(message);

/** The day's allowance comes back little by little (a rolling 24 hours); a burst limit within seconds. */
const DAILY_WAIT = 15 * MINUTE;
const BURST_WAIT = 30 * SECOND;
/** Whoever asks for more is asked again all the same: a maintenance may end early. */
const LONGEST_WAIT = HOUR;

type Part = Record<string, unknown>;
const isObject = (value: unknown): value is Part => typeof value === 'object' && value !== null;
const partsOf = (value: unknown): Part[] =>
  Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];

/** Reads an answer that refuses: REST's array, OAuth's object, a 300's list of addresses, or anything at all. */
export function readErrors(status: number, body: unknown): VendorError[] {
  if (status === 300 && Array.isArray(body)) {
    const message = body.map(String).join(' ');
    return [{ errorCode: 'MULTIPLE_CHOICES', message, fields: [] }];
  }
  const errors = partsOf(body).flatMap(part => {
    const code = part.errorCode ?? part.statusCode ?? part.error;
    if (typeof code !== 'string') return [];
    const duplicates = duplicatesOf(part);
    return {
      errorCode: code,
      message: String(part.message ?? part.error_description ?? code),
      fields: Array.isArray(part.fields) ? part.fields.map(String) : [],
      ...(duplicates ?? {}),
    };
  });
  return errors.length > 0 ? errors : [{ errorCode: `HTTP ${status}`, message: `answered ${status}`, fields: [] }];
}

/** The vendor misspells its own key (`duplicateResut`); both spellings are read. */
function duplicatesOf(part: Part): Pick<VendorError, 'duplicates' | 'allowSave'> | undefined {
  const result = part.duplicateResut ?? part.duplicateResult;
  if (!isObject(result)) return part.errorCode === 'DUPLICATES_DETECTED' ? { duplicates: [] } : undefined;
  const duplicates = partsOf(result.matchResults).flatMap(match =>
    partsOf(match.matchRecords).flatMap(({ record }) => {
      if (!isObject(record) || typeof record.Id !== 'string') return [];
      const type = isObject(record.attributes) ? record.attributes.type : match.entityType;
      return { object: String(type ?? match.entityType), id: record.Id };
    }),
  );
  return { duplicates, ...(result.allowSave === false && { allowSave: false }) };
}

/** Why the org refused something, as people read it: its own words, or that it gave none. */
export function refusalWords(errors: readonly Pick<VendorError, 'message'>[]): string {
  const words = errors.flatMap(({ message }) => readable(message.replace(/^Salesforce: /, '')) ?? []);
  return [...new Set(words)].join('; ').slice(0, 300) || 'Salesforce gave no reason in words';
}

/** Which Failure an answer is. `headers` carry Retry-After when somebody in between sent one. */
export function toFailure(
  status: number,
  errors: readonly VendorError[],
  { clock, headers }: { clock: Clock; headers?: Record<string, string> },
): Failure {
  const error = decisive(errors, status);
  const kind = kindOf(error, status);
  const detail = { service: SERVICE, code: error.errorCode, outage: isOutage(error, status) };
  const message = `Salesforce: ${error.message.slice(0, 500)}`;
  switch (kind) {
    case 'limited':
      return new RateLimited(message, { ...detail, retryAt: retryAt(clock, error, headers) });
    case 'credentials':
      return new CredentialsRejected(message, { ...detail, forAll: FOR_ALL.has(error.errorCode) });
    case 'rejected': {
      const fields = [...new Set(errors.flatMap(one => one.fields))];
      return new Rejected(`Salesforce: ${reasons(errors)}`, { ...detail, fields });
    }
    case 'ambiguous': {
      const candidates = [...error.message.matchAll(/\/([0-9A-Za-z]{15,18})(?=\s|$)/g)].map(match => match[1] ?? '');
      return new Ambiguous('Salesforce: several records carry the same external id', { ...detail, candidates });
    }
    default:
      return asked(clock, headers)
        ? new RateLimited(message, { ...detail, retryAt: retryAt(clock, error, headers) })
        : new Unavailable(message, { ...detail, undocumented: isUndocumented(error, status) });
  }
}

/** Of several refusals the one that passes by itself: whoever tries again meets the others soon enough. */
function decisive(errors: readonly VendorError[], status: number): VendorError {
  const passing = errors.find(error => kindOf(error, status) !== 'rejected');
  return passing ?? errors[0] ?? { errorCode: `HTTP ${status}`, message: `answered ${status}`, fields: [] };
}

function kindOf(error: VendorError, status: number): Kind {
  if (isReadOnlyMode(error) || isLock(error)) return 'unavailable';
  return KINDS[error.errorCode] ?? kindOfStatus(status);
}

/** These pass, or come again with the same request for ever: nothing in them says which. */
const MAY_STAY = new Set(['UNKNOWN_EXCEPTION', 'QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG']);
/** Refusals of an address or its length, by somebody in between or an org that is not there any more. */
const ABOUT_REQUEST = new Set(['HTTP 400', 'HTTP 404', 'HTTP 405', 'HTTP 410', 'HTTP 413', 'HTTP 414', 'HTTP 431']);

/** The request is refused with a code that is not in the list, or one that may mean it for good. */
function isUndocumented({ errorCode }: VendorError, status: number): boolean {
  if (MAY_STAY.has(errorCode) || ABOUT_REQUEST.has(errorCode)) return true;
  return status >= 400 && status < 500 && !errorCode.startsWith('HTTP ') && KINDS[errorCode] === undefined;
}

const reasons = (errors: readonly VendorError[]): string =>
  [...new Set(errors.map(error => error.message))].join('; ').slice(0, 500);

function kindOfStatus(status: number): Kind {
  if (status === 429) return 'limited';
  return status === 401 ? 'credentials' : 'unavailable';
}

/** When somebody in between wants to be asked again. */
function asked(clock: Clock, headers: Record<string, string> = {}): Date | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const seconds = Number(text);
  const date = Number.isFinite(seconds) ? after(clock.now(), seconds * SECOND) : new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  return new Date(Math.min(date.getTime(), after(clock.now(), LONGEST_WAIT).getTime()));
}

function retryAt(clock: Clock, error: VendorError, headers?: Record<string, string>): Date {
  const wanted = asked(clock, headers);
  if (wanted) return wanted;
  const isLong =
    error.errorCode === 'STORAGE_LIMIT_EXCEEDED' ||
    (error.errorCode === 'REQUEST_LIMIT_EXCEEDED' && !/concurrent/i.test(error.message));
  return after(clock.now(), isLong ? DAILY_WAIT : BURST_WAIT);
}

/** A call that got no answer: whether it worked is unknown, so it is tried again under the same key. */
export function noAnswer(error: unknown): Failure {
  const { name, cause } = error instanceof Error ? error : { name: '', cause: undefined };
  if (name === 'TimeoutError')
    return new Unavailable('Salesforce did not answer in time', {
      service: SERVICE,
      code: 'TIMEOUT',
      outage: true,
      cause: error,
    });
  const isRedirect = cause instanceof Error && /\bredirect\b/i.test(cause.message);
  const code = isObject(cause) && typeof cause.code === 'string' ? cause.code : isRedirect ? 'MOVED' : 'NO_ANSWER';
  return new Unavailable(`Salesforce could not be reached (${code})`, {
    service: SERVICE,
    code,
    outage: true,
    cause: error,
  });
}
