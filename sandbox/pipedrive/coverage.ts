import type { Coverage } from '../coverage.ts';

const TOKEN = 'no or an unknown token (401), too many at once or too much a day (429)';
const WRITE = `${TOKEN}, read-only (503)`;
const LIST = `${TOKEN}, an unknown parameter (400)`;

/** v1, where Pipedrive has not moved it to v2: leads, users, webhooks, labels, activity types. */
const V1: Coverage = {
  'GET /v1/users/me': { covers: 'whose token it is, and their company', refuses: TOKEN },
  'GET /v1/users': { covers: 'all users, inactive ones too', refuses: TOKEN },
  'GET /v1/leads': { covers: 'by person, organization, owner; changed since; sorted, paged by start', refuses: LIST },
  'GET /v1/leads/:id': { covers: 'one, archived or not', refuses: `${TOKEN}, none (404)` },
  'POST /v1/leads': {
    covers: 'a lead of a person or organization, with custom fields of deals by their keys',
    refuses: `${WRITE}; no title, neither person nor organization, links to nothing, owners who left, unknown columns (400)`,
  },
  'PATCH /v1/leads/:id': { covers: 'some columns', refuses: `${WRITE}, none (404), as on making one (400)` },
  'DELETE /v1/leads/:id': { covers: 'takes it away', refuses: `${WRITE}, none (404)` },
  'GET /v1/leadLabels': { covers: 'labels of leads', refuses: TOKEN },
  'GET /v1/activityTypes': { covers: 'types of activities', refuses: TOKEN },
  'GET /v1/webhooks': { covers: 'all of the company, passwords hidden', refuses: TOKEN },
  'POST /v1/webhooks': {
    covers: 'one of version 2.0 for an object and an action',
    refuses: `${WRITE}; unknown objects or actions, an address that is none (400); more than 40 (403)`,
  },
  'DELETE /v1/webhooks/:id': { covers: 'takes it away', refuses: `${WRITE}, none (404)` },
  'GET|POST /v1/notes': { absent: 'Baton writes what it has to say into the follow-up' },
};

const table = (plural: string, one: string): Coverage => ({
  [`GET /api/v2/${plural}`]: {
    covers: 'by what it is linked to, changed since, sorted; pages by cursor',
    refuses: LIST,
  },
  [`GET /api/v2/${plural}/:id`]: { covers: `one ${one}`, refuses: `${TOKEN}, none, deleted or merged away (404)` },
  [`POST /api/v2/${plural}`]: {
    covers: 'makes one, each time it is asked: there is no key',
    refuses: `${WRITE}; unknown columns and fields, values that do not fit, links to nothing, owners who left (400)`,
  },
  [`PATCH /api/v2/${plural}/:id`]: {
    covers: 'some columns and fields',
    refuses: `${WRITE}, none (404), as above (400)`,
  },
  [`DELETE /api/v2/${plural}/:id`]: { covers: 'takes it away', refuses: `${WRITE}, none (404)` },
});

const fields = (plural: string): Coverage => ({
  [`GET /api/v2/${plural}`]: { covers: "Pipedrive's own and custom ones, pages by cursor", refuses: TOKEN },
  [`POST /api/v2/${plural}`]: {
    covers: 'a custom one, with options',
    refuses: `${WRITE}; no name, unknown types (400)`,
  },
  [`POST /api/v2/${plural}/:code/options`]: { covers: 'more options of a list', refuses: `${WRITE}, none (404)` },
});

const V2: Coverage = {
  'GET /api/v2/persons/search': {
    covers: 'by e-mail, exactly; after the lag of the index',
    refuses: `${LIST}, a term under two characters (400)`,
  },
  'GET /api/v2/organizations/search': {
    covers: 'by name or custom fields, exactly; after the lag',
    refuses: `${LIST}, a term under two characters (400)`,
  },
  ...table('persons', 'person'),
  ...table('organizations', 'organization'),
  ...table('deals', 'deal'),
  ...table('activities', 'activity'),
  ...fields('personFields'),
  ...fields('organizationFields'),
  ...fields('dealFields'),
  'GET /api/v2/pipelines': { covers: 'all', refuses: TOKEN },
  'GET /api/v2/stages': { covers: 'all', refuses: TOKEN },
};

const LOGIN: Coverage = {
  'GET /oauth/authorize': {
    covers: 'Allow and install, and back with a code',
    refuses: 'an unknown app or company (400)',
  },
  'POST /oauth/token': {
    covers: 'codes and refresh tokens for tokens; api_domain is that company’s own host',
    refuses: 'another app (401 invalid_client), dead codes and tokens (400 invalid_grant)',
  },
  'POST /oauth/revoke': { covers: 'makes tokens worthless', refuses: 'another app (401)' },
};

const PAGES: Coverage = {
  'GET /person/:id': { covers: 'the page of a person', refuses: 'nobody (404)' },
  'GET /organization/:id': { covers: 'the page of an organization', refuses: 'none (404)' },
  'GET /deal/:id': { covers: 'the page of a deal', refuses: 'none (404)' },
  'GET /leads/inbox/:id': { covers: 'a lead in the inbox', refuses: 'none (404)' },
};

/** What of Pipedrive is there: its APIs v2 and v1 as far as Baton may need them, log-in, webhooks v2, pages. */
export const coverage: Coverage = { ...V1, ...V2, ...LOGIN, ...PAGES };
