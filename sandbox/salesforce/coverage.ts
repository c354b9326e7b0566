import { below, type Coverage } from '../coverage.ts';

const WRITES =
  'unknown, ill-typed, too long and read-only values, what an org requires, rules, duplicates, locked rows, rights; read-only orgs';

/** What may stand alone or in a composite, below `/services/data/:version`. */
export const RESOURCES: Coverage = {
  'GET /query': {
    covers: 'SOQL over one object with parents, IN, LIKE, dates, ORDER BY, LIMIT, COUNT(); set-up objects; pages',
    refuses:
      'malformed SOQL, unknown objects and fields, filters on long text, ill-typed values; patterns over many accounts (QUERY_TIMEOUT)',
    leavesOut: 'child queries, GROUP BY, HAVING, TYPEOF, OFFSET, geography',
  },
  'GET /query/:locator': { covers: 'the next page', refuses: 'a locator that is not, or no longer, there' },
  'GET /queryAll': { covers: 'as query, with what lies in the bin' },
  'GET /queryAll/:locator': { covers: 'the next page' },
  'GET /search': {
    covers: 'SOSL over accounts: phrases joined by OR, found as whole words of name and website',
    refuses: 'any other SOSL',
    leavesOut: 'other objects, wildcards, the delay of the index',
  },
  'GET /limits': { covers: 'calls of the day, storage, workflow mails', leavesOut: 'all the others' },
  'GET /limits/recordCount': { covers: 'records of the objects asked for', leavesOut: 'being hours late' },
  'GET /tooling/query': {
    covers: 'flows, fields, rules, layouts, messages, triggers, deployments; Metadata of one row',
    refuses: 'whoever may not view the set-up; Metadata of more than one row',
    leavesOut: 'every other object of the Tooling API',
  },
  'GET /tooling/sobjects/:object/:id': { covers: 'one of these, with its Metadata', refuses: 'as tooling/query' },
  'GET /sobjects': { covers: 'the objects there are' },
  'GET /sobjects/:object': { covers: 'what describe says', leavesOut: 'recent items' },
  'POST /sobjects/:object': { covers: 'a new record', refuses: WRITES },
  'GET /sobjects/:object/describe': {
    covers: 'fields, picklists, record types',
    leavesOut: 'child relationships, layouts',
  },
  'GET /sobjects/:object/deleted': { absent: 'what was deleted lately' },
  'GET /sobjects/:object/updated': { absent: 'what was changed lately' },
  'GET /sobjects/:object/describe/*rest': { absent: 'layouts, compact layouts, approval layouts' },
  'GET /sobjects/:object/:id': { covers: 'a record, or some fields of it', refuses: 'what is deleted or not there' },
  'PATCH /sobjects/:object/:id': { covers: 'changes of a record', refuses: `what is deleted or not there; ${WRITES}` },
  'DELETE /sobjects/:object/:id': { covers: 'to the bin, with what hangs on it', refuses: 'read-only orgs' },
  'GET /sobjects/:object/:field/*value': {
    covers: 'a record by an external id; 300 when there are several',
    refuses: 'fields that are none',
    leavesOut: 'relationships and blobs of a record',
  },
  'PATCH /sobjects/:object/:field/*value': { covers: 'made or changed by an external id', refuses: WRITES },
  'DELETE /sobjects/:object/:field/*value': { covers: 'to the bin, by an external id' },
  'POST|PATCH /composite/sobjects': { covers: 'up to 200 records in order, all or none', refuses: 'more than 200' },
  'PATCH /composite/sobjects/:object/:field': { covers: 'the same by an external id' },
};

const COMPOSITES: Coverage = {
  'POST /composite': {
    covers: 'up to 25 calls in order, with references to earlier answers, all or none',
    refuses: 'more than 25, more than 5 queries, bad or repeated references, composites inside',
  },
  'POST /tooling/composite': { covers: 'the same' },
};

/** Operations of the Metadata API, SOAP 1.1. */
export const METADATA: Coverage = {
  'POST /describeMetadata': { covers: 'the types a set-up deploys' },
  'POST /listMetadata': { covers: 'names by type', refuses: 'unknown types, more than 3 queries' },
  'POST /readMetadata': { covers: 'up to 10 components', refuses: 'unknown types, more than 10' },
  'POST /deploy': {
    covers: 'a package of objects, fields, permission sets, layouts, flows, messages and report types',
    refuses: 'users who may not, rollbackOnError=false, and what validation of each type refuses',
    leavesOut: 'tests, quick deploy, cancelling',
  },
  'POST /checkDeployStatus': { covers: 'how far a deployment is, with its messages' },
};

/** Salesforce: logins, REST, composite, SOQL, Tooling, Metadata, and a page for each record. */
export const coverage: Coverage = {
  'POST /services/oauth2/token': {
    covers: 'client credentials, JWT bearer, authorization code with PKCE, refresh (rotating when so switched)',
    refuses: 'wrong clients, assertions, codes and tokens; users and orgs that may not; blocked apps; other addresses',
    leavesOut: 'user name and password, device flow, token exchange, id tokens',
  },
  'POST /services/oauth2/revoke': { covers: 'ends a session, or a login with all of its tokens' },
  'GET|POST /services/oauth2/authorize': {
    covers: 'the log-in and consent page; `as=` says who, `allow=no` that they decline',
    refuses: 'other redirect addresses, no PKCE where it is required, users who may not',
  },
  'GET /id/:org/:user': { covers: 'whose login a token is', refuses: 'other users, another org' },
  'GET /services/data': { covers: 'the versions there are; nobody need be logged in' },
  ...below('/services/data/:version', { ...COMPOSITES, ...RESOURCES }),
  'POST /services/Soap/m/:version': {
    covers: 'the Metadata API',
    refuses: 'no session, no calls left today',
    operations: METADATA,
  },
  'GET /lightning/r/:object/:id/view': {
    covers: 'a page with the values of a record',
    leavesOut: 'everything one could do there',
  },
};
