import type { Coverage } from '../coverage.ts';

/**
 * The REST API. All of it refuses a missing or unknown token (601), an expired one (602), what the user's role may not (603), more
 * than 100 calls in 20 seconds (606), the day's quota (607) and an eleventh call at once (615): each with status 200.
 */
export const coverage: Coverage = {
  'GET|POST /identity/oauth/token': {
    covers: 'a token for client id and secret, the same one until it expires after an hour; counts for no limit',
    refuses: 'an unknown client or a wrong secret (401)',
  },
  'GET /rest/v1/leads/describe.json': { covers: 'every field with its REST name, label and type' },
  'GET|POST /rest/v1/leads.json': {
    covers:
      'GET (or POST with _method=GET): people by id or e-mail; POST: createOrUpdate, createOnly, updateOnly, each record for itself',
    refuses:
      'more than 300, unknown fields, other filters, addresses over 8 KB (414); in its own result: nobody (1004), unknown or read-only fields (1006), ill-typed values (1001)',
    leavesOut: 'createDuplicate, partitions, other filters',
  },
  'GET /rest/v1/lead/:id.json': { covers: 'one person', refuses: 'nobody (1004), unknown fields (1006)' },
  'GET /rest/v1/activities/types.json': { covers: 'standard and custom types with their attributes' },
  'GET /rest/v1/activities/pagingtoken.json': { covers: 'a token for a moment', refuses: 'no or a bad date (1003)' },
  'GET /rest/v1/activities.json': {
    covers: 'the log from a token on, by type and lead, in pages',
    refuses: 'no or a bad token, no or more than ten types, more than 30 leads (1003)',
    leavesOut: 'listId, assetIds',
  },
  'GET /rest/v1/activities/leadchanges.json': {
    covers: 'changed values of the fields that are asked for, and new people',
    refuses: 'no or a bad token, no fields (1003), unknown fields (1006)',
    leavesOut: 'listId, leadIds',
  },
  'GET /rest/v1/activities/deletedleads.json': { covers: 'who was deleted', refuses: 'no or a bad token (1003)' },
  'GET /rest/v1/activities/external/types.json': { covers: 'custom activity types' },
  'GET /rest/v1/activities/external/type/:name/describe.json': {
    covers: 'one custom type with its attributes',
    refuses: 'no such type (1015)',
  },
  'POST /rest/v1/activities/external/type.json': {
    covers: 'a new custom type, as a draft',
    refuses: 'what is missing, a name that is taken (1014), an eleventh type (1016)',
  },
  'POST /rest/v1/activities/external/type/:name/attributes/create.json': {
    covers: 'attributes of a custom type, in its draft',
    refuses: 'no such type (1015), a name that is taken (1014)',
  },
  'POST /rest/v1/activities/external/type/:name/approve.json': {
    covers: 'makes the draft live',
    refuses: 'no such type (1015), nothing to approve (709)',
  },
  'POST /rest/v1/activities/external.json': {
    covers: 'custom activities; each call adds them anew',
    refuses:
      'more than 300, types that are unknown or not approved; in its own result: nobody (1004), unknown attributes',
  },
  'GET /rest/v1/campaigns.json': { covers: 'campaigns by id, by name or all', leavesOut: 'programs, pages' },
  'POST /rest/v1/campaigns/:id/trigger.json': {
    covers: 'people sent through a trigger campaign; each call sends them again',
    refuses: 'no such campaign (1013), one that is not active (611), nobody (1004)',
  },
  'GET /rest/v1/lists.json': { covers: 'static lists by id, by name or all', leavesOut: 'programs, pages' },
  'GET /rest/v1/lists/:id.json': { covers: 'one static list', refuses: 'no such list (1013)' },
  'GET /rest/v1/lists/:id/leads.json': {
    covers: 'who is on a list',
    refuses: 'no such list (1013)',
    leavesOut: 'pages',
  },
  'POST|DELETE /rest/v1/lists/:id/leads.json': {
    covers: 'people onto a list and off it',
    refuses: 'no such list (1013), more than 300; in its own result: nobody (1004)',
  },
  'GET /rest/v1/stats/usage.json': { covers: 'calls of today, by user' },
  'GET /rest/v1/stats/errors.json': { absent: 'errors of today' },
};
