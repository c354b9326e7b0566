import type { Coverage } from '../coverage.ts';

const TOKEN =
  'no, an unknown or an expired token (401 INVALID_TOKEN), a scope that was not asked for (401 OAUTH_SCOPE_MISMATCH), the credits of the day or too many at once (429)';
const MODULE = `${TOKEN}, an unknown module (400)`;
const WRITE = `${MODULE}; for each record by itself, in a body of 200, 207 or 400: values that do not fit or are too long (INVALID_DATA), what is mandatory (MANDATORY_NOT_FOUND), what is unique (DUPLICATE_DATA); more than 100 records`;

const RECORDS: Coverage = {
  'POST /crm/v8/coql': {
    covers: 'one module with lookups joined, conditions, order, limit; 204 when nothing fits',
    refuses: `${TOKEN}; no where (SYNTAX_ERROR), three conditions without parentheses, unknown columns, more than 200 rows (INVALID_QUERY)`,
    leavesOut: 'functions, groups, subqueries',
  },
  'GET /crm/v8/:module/search': {
    covers: '(Field:in:…) from an index that lags and blurs signs; no converted leads unless asked for',
    refuses: `${MODULE}, criteria that cannot be read (INVALID_QUERY)`,
    leavesOut: 'word, phone, email',
  },
  'GET /crm/v8/:module/deleted': { covers: 'what was deleted since', refuses: MODULE },
  'POST /crm/v8/:module/upsert': {
    covers: 'by duplicate_check_fields in their order, else by the field of the module; says insert or update',
    refuses: `${WRITE}; fields that are neither unique nor the module's own`,
  },
  'GET /crm/v8/:module/:id/Campaigns': { covers: 'campaigns somebody is a member of', refuses: `${MODULE}, no fields` },
  'PUT /crm/v8/:module/:id/Campaigns/:campaign': {
    covers: 'makes somebody a member, with a status',
    refuses: `${MODULE}, no such campaign, a status it does not have (INVALID_DATA)`,
  },
  'GET /crm/v8/:module/:id/__timeline': { covers: 'who changed what, the newest first', refuses: MODULE },
  'POST /crm/v8/:module/:id/actions/convert': {
    covers: 'a lead becomes a contact, an account and a deal',
    refuses: `${TOKEN}, converted already (ID_ALREADY_CONVERTED)`,
  },
  'GET /crm/v8/:module/:id': {
    covers: 'one; 204 for none and for a converted lead that was not asked for',
    refuses: `${MODULE}, an id that is none (INVALID_DATA)`,
  },
  'PUT /crm/v8/:module/:id': { covers: 'some fields of one', refuses: `${WRITE}, nobody of that id (INVALID_DATA)` },
  'DELETE /crm/v8/:module/:id': { covers: 'takes it away', refuses: `${MODULE}, nobody of that id (INVALID_DATA)` },
  'GET /crm/v8/:module': {
    covers: 'fields of all, by ids, changed since (304 for none); pages',
    refuses: `${MODULE}, no fields (REQUIRED_PARAM_MISSING), more than 50 of them, more than 2,000 records by page`,
  },
  'POST /crm/v8/:module': { covers: 'makes records, each time it is asked', refuses: WRITE },
  'PUT /crm/v8/:module': { covers: 'some fields of several', refuses: `${WRITE}, nobody of that id (INVALID_DATA)` },
};

const SETTINGS: Coverage = {
  'GET /crm/v8/org': { covers: 'whose token it is', refuses: TOKEN },
  'GET /crm/v8/users': {
    covers: 'all, the active ones, the one whose token it is; pages',
    refuses: `${TOKEN}, unknown types`,
  },
  'GET /crm/v8/settings/fields': { covers: 'all of a module', refuses: `${TOKEN}, no or an unknown module` },
  'POST /crm/v8/settings/fields': {
    covers: 'custom ones, unique or a pick list; the API name follows from the label',
    refuses: `${TOKEN}; a label that is there (DUPLICATE_DATA), unknown types, more than the edition allows (LIMIT_EXCEEDED)`,
  },
  'PATCH /crm/v8/settings/fields/:field': {
    covers: 'more values of a pick list',
    refuses: `${TOKEN}, an unknown field`,
  },
  'GET /crm/v8/settings/layouts': { covers: 'the one there is', refuses: `${TOKEN}, no module` },
  'GET /crm/v8/settings/pipeline': {
    covers: 'pipelines of a layout, with what each stage means',
    refuses: `${TOKEN}, an unknown layout`,
  },
  'GET /crm/v8/actions/watch': { covers: 'channels that have not expired', refuses: TOKEN },
  'POST /crm/v8/actions/watch': {
    covers: 'a channel, for as long as the account allows',
    refuses: `${TOKEN}; unknown events, a token over 50 characters, an address that is none`,
  },
  'PATCH /crm/v8/actions/watch': { covers: 'a later end, other events', refuses: `${TOKEN}, a channel that expired` },
  'DELETE /crm/v8/actions/watch': { covers: 'channels by their ids', refuses: `${TOKEN}, none of those` },
  'POST /crm/v8/__composite_requests': {
    absent: 'it takes five of the calls an account may make at once, which small editions have five of',
  },
};

const LOGIN: Coverage = {
  'GET /oauth/v2/auth': {
    covers: 'Accept, and back with a code, the location and the accounts server of the data centre',
    refuses: 'an unknown app, organization or user (400)',
  },
  'POST /oauth/v2/token': {
    covers: 'codes and refresh tokens for access tokens; api_domain is that data centre’s host',
    refuses:
      'with status 200: another app (invalid_client), its secret, dead codes and tokens or those of another data centre (invalid_code); more than ten tokens in ten minutes (400 Access Denied)',
  },
  'POST /oauth/v2/token/revoke': { covers: 'makes tokens worthless', refuses: 'a token nobody has (400)' },
};

const PAGES: Coverage = {
  'GET /crm/:org/tab/:tab/:id': {
    covers: 'the page of a record; Deals are at Potentials',
    refuses: 'none, or of another organization (404)',
  },
};

/** What of Zoho is there: CRM API v8 as far as Baton may need it, log-in, notifications, pages. */
export const coverage: Coverage = { ...SETTINGS, ...RECORDS, ...LOGIN, ...PAGES };
