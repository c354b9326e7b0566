import type { Coverage } from '../coverage.ts';

/** OAuth, which needs no token. */
const OAUTH: Coverage = {
  'GET /oauth/authorize': {
    covers: 'a page with what the app wants, an account to choose, and Cancel; programs and `portal=` agree at once',
    refuses: 'an unknown app, a request without the scope oauth',
    leavesOut: 'which scopes the app or the account has',
  },
  'POST /oauth/:version/token': {
    covers: 'tokens for a code (once), renewed by a refresh token, for half an hour; hub_id; from then on its webhooks',
    refuses: 'a wrong client, an unknown or used code, another redirect address, an unknown refresh token',
    leavesOut: 'calls refused for want of a scope',
  },
  'POST /oauth/:version/token/introspect': {
    covers: 'whose a refresh token is: portal, domain, user',
    refuses: 'a wrong client',
    leavesOut: 'access tokens',
  },
  'POST /oauth/:version/token/revoke': {
    covers: 'removes the app from the account: its tokens are worth nothing, its webhooks stop',
    refuses: 'a wrong client, a token that is worth nothing already',
  },
};

/** Webhooks of the app that all accounts may install, by the key of its developer account. */
const APP: Coverage = {
  'GET /webhooks/:version/:app/settings': {
    covers: 'where they go',
    refuses: 'a wrong key (401), another app and one without settings (404), more calls than were allowed (429)',
  },
  'PUT /webhooks/:version/:app/settings': {
    covers: 'another address, how many at once',
    refuses: 'no https but for this machine',
    leavesOut: 'keeping to how many at once',
  },
  'GET /webhooks/:version/:app/subscriptions': { covers: 'all of them, whether active or not' },
  'POST /webhooks/:version/:app/subscriptions': {
    covers: 'events of contacts; told from then on',
    refuses: 'one that is there already, a property where none belongs, objects without scope (403), over 1,000',
  },
  'PATCH /webhooks/:version/:app/subscriptions/:id': { covers: 'on and off', refuses: 'one that is not there (404)' },
};

/** Pages of people's browser. */
const PAGES: Coverage = {
  'GET /contacts/:portal/record/:type/:id': { covers: 'the page of a record, by its name', leavesOut: 'the log-in' },
};

const BATCH = 'more than 100 (50 with history), fields the schema has not';

/**
 * The API, as dated paths have it; `withOldPaths` adds the v3 and v4 ones. All of it refuses a missing or wrong token
 * (401), more calls in ten seconds than were allowed (429), a version that is none, an object type that is none.
 */
const DATED: Coverage = {
  'GET /crm/objects/:version/:type/:id/associations/:to': { covers: 'what a record is associated with, in pages' },
  'POST /crm/associations/:version/:type/:to/batch/read': {
    covers: 'the same of many records, each with its own page; 207 for those that have none',
    refuses: 'more than 1,000',
  },
  'PUT /crm/objects/:version/:type/:id/associations/default/:to/:toId': { covers: 'the default association' },
  'PUT /crm/objects/:version/:type/:id/associations/:to/:toId': {
    covers: 'associations by HubSpot’s type ids, and by the account’s own',
  },
  'GET /crm/associations/:version/:type/:to/labels': {
    covers: 'the types of associations between two kinds of record: plain, primary, and the account’s own labels',
  },
  'POST /crm/associations/:version/:type/:to/labels': {
    covers: 'a label of the account’s own, for both directions',
    refuses: 'one that is there already',
    leavesOut: 'limits of how many records a label takes',
  },
  'POST /crm/objects/:version/:type/search': {
    covers: 'filters, one sort, pages; the index may lag behind; so many searches a second',
    refuses:
      'over 5 groups, 6 filters a group, 18 in all, 3,000 characters, 200 a page, 10,000 results; unknown properties',
    leavesOut: 'free text (`query` is taken and not looked at), filters on associations but EQ',
  },
  'POST /crm/objects/:version/:type/batch/read': {
    covers: 'many by id, e-mail or a unique property; 207 names the missing',
    refuses: BATCH,
  },
  'POST /crm/objects/:version/:type/batch/create': {
    covers: 'many new ones, with associations, all or none',
    refuses: `${BATCH}, whatever is refused of one`,
  },
  'POST /crm/objects/:version/:type/batch/update': { covers: 'many changes; 207 when some failed', refuses: BATCH },
  'POST /crm/objects/:version/:type/batch/upsert': {
    covers: 'the same, made where they are not, by e-mail or a unique property',
    refuses: `${BATCH}, associations`,
  },
  'POST /crm/objects/:version/:type/batch/archive': { covers: 'archives many', refuses: BATCH },
  'POST /crm/objects/:version/:type': {
    covers: 'a new contact, company, deal, lead, call, e-mail, meeting, note or task, with associations',
    refuses:
      'unknown, read-only and ill-typed properties, options and stages that are none, owners who are not there, a unique value that another record has, the address of another contact (409), an activity without a time, a lead without a contact or in an account without leads (403)',
    leavesOut: 'other object types',
  },
  'GET /crm/objects/:version/:type/:id': {
    covers: 'one by id or e-mail: properties asked for, their history, a first page of associations',
    leavesOut: 'archived records',
  },
  'PATCH /crm/objects/:version/:type/:id': {
    covers: 'changes; lifecyclestage moves forward only, unless it was emptied',
    refuses: 'as for a new one',
  },
  'DELETE /crm/objects/:version/:type/:id': { covers: 'archives it, with its associations' },
  'GET /events/event-occurrences/:version': {
    covers: 'a contact’s events by kind and time, in pages',
    refuses: 'no contact, a bad time or limit, an account without the API (403)',
    leavesOut: 'events of anything but contacts',
  },
  'GET /crm/properties/:version/:type/groups': {
    covers: 'groups of properties',
    leavesOut: 'changing and removing them',
  },
  'POST /crm/properties/:version/:type/groups': { covers: 'a new group', refuses: 'one that is there already (409)' },
  'GET /crm/properties/:version/:type': { covers: 'every property of an object type, with its options' },
  'GET /crm/properties/:version/:type/:name': { covers: 'one property' },
  'POST /crm/properties/:version/:type': {
    covers: 'a new property with its options, unique or not',
    refuses: 'a bad name or type, one that is there already (409), a group that is not, an eleventh unique one',
  },
  'PATCH /crm/properties/:version/:type/:name': { covers: 'another label, other options' },
  'GET /crm/pipelines/:version/:type': { covers: 'pipelines of deals and leads with their stages' },
  'GET /crm/owners/:version': { covers: 'owners by e-mail, archived ones apart, in pages', leavesOut: 'teams, queues' },
  'PUT /crm/lists/:version/:id/memberships/add': {
    covers: 'contacts into a list; the missing are named',
    refuses: 'no such list',
  },
  'PUT /crm/lists/:version/:id/memberships/remove': { covers: 'contacts out of a list', refuses: 'no such list' },
  'GET /crm/lists/:version/object-type-id/:type/name/:name': {
    covers: 'a list by its name',
    refuses: 'no such list (404)',
  },
  'GET /crm/lists/:version/:id': { covers: 'a list', refuses: 'no such list (404)', leavesOut: 'filters' },
  'GET /crm/lists/:version/:id/memberships': { covers: 'who is in a list', leavesOut: 'pages' },
  'GET /automation/sequences/:version': {
    covers: 'sequences as a user sees them, in pages',
    refuses: 'an app without their scopes (403), no such user, a user without a seat (403)',
    leavesOut: 'their steps, whom they are shared with',
  },
  'POST /automation/sequences/:version/enrollments': {
    covers: 'adds a contact to a sequence in the name of a user',
    refuses: 'as the list; another address than the user’s, a contact who is in one, no such contact or sequence',
    leavesOut: 'what a sequence sends, limits of mails a day',
  },
  'GET /automation/sequences/:version/enrollments/contact/:id': {
    covers: 'the sequence that a contact is in',
    refuses: 'a contact who is in none (404)',
  },
  'GET /account-info/:version/details': { covers: 'the account: its id, zone and currency' },
};

/** What a dated path is called in the API before; undefined when its version is a part like any other there. */
function oldPath(key: string): string | undefined {
  if (key === 'GET /events/event-occurrences/:version') return 'GET /events/v3/events';
  if (key.includes('/automation/')) return key.replace('/sequences/:version', '/v4/sequences');
  const version = key.includes('associations') ? 'v4' : 'v3';
  const old = key.replace(/ \/crm\/([a-z]+)\/:version/, ` /crm/${version}/$1`);
  return old === key ? undefined : old;
}

/** Everything by its dated path and by the one before. */
export function withOldPaths<T>(dated: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(dated).flatMap(([key, value]) => {
      const old = oldPath(key);
      return old === undefined ? [[key, value]] : [[key, value] as const, [old, value] as const];
    }),
  );
}

export const coverage: Coverage = { ...OAUTH, ...APP, ...PAGES, ...withOldPaths(DATED) };
