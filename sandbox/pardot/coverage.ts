import { below, type Coverage } from '../coverage.ts';

/**
 * API v5, and the log-in at Salesforce that it takes. All of the API refuses a token that is not good (401, 184), a missing,
 * malformed or unknown business unit (181, 182, 201), what the user may not (46), a sixth call at once (66), and more than the
 * day's (122); it knows no 429.
 */
export const coverage: Coverage = {
  'GET|POST /services/oauth2/authorize': {
    covers: 'the log-in page: `as=yes` passes it, `allow=no` is Deny',
    refuses: 'another app, another callback address, no pardot_api among the scopes',
  },
  'POST /services/oauth2/token': {
    covers: 'codes with PKCE, refresh tokens, client credentials',
    refuses: 'another app or secret, codes and refresh tokens that are none',
  },
  'POST /services/oauth2/revoke': { covers: 'ends a log-in', refuses: 'a token that is none (400)' },
  'GET /id/:org/:user': { covers: 'whose a token is', refuses: 'a token that is none (403)' },
  'GET /services/data/:version/query': { covers: 'the business units of the org', refuses: 'every other query (400)' },
  'GET /services/data/:version/tooling/query': { absent: 'newer orgs have them here' },
  ...below('/api/v5', {
    'GET /objects/prospects': {
      covers:
        'prospects by number, address or time of change, in an order, in pages by token, those in the recycle bin',
      refuses:
        'no fields (13), unknown ones (224), four filters (209), other orders (19), old and foreign tokens (210, 211)',
      leavesOut: 'other filters',
    },
    'GET|PATCH /objects/prospects/:id': {
      covers: 'one prospect; PATCH changes it',
      refuses: 'nobody (109), those in the recycle bin (192, 219), fields that cannot be written (154)',
    },
    'POST /objects/prospects/:id/do/addTag': { covers: 'gives a tag; again changes nothing', refuses: 'no tag (13)' },
    'GET /objects/visitor-activities': {
      covers: 'what visitors did, by number, prospect and time',
      refuses: 'as above',
    },
    'GET /objects/custom-fields': { covers: 'the unit’s own fields' },
    'GET /objects/lists': { covers: 'lists, by name' },
    'GET /objects/lists/:id': { covers: 'one list', refuses: 'none of that number (109)' },
    'GET|POST /objects/list-memberships': {
      covers: 'who is on which list; POST puts somebody onto one',
      refuses: 'no such list (55), dynamic ones and a second membership (154), nobody (109)',
    },
    'DELETE /objects/list-memberships/:id': { covers: 'takes somebody off', refuses: 'none of that number (109)' },
    'GET|POST /external-activities': {
      covers: 'external activities; each POST adds one',
      refuses: 'what is missing (13), no extension (154), nobody of the address (4)',
    },
    'POST /objects/prospects/do/upsertLatestByEmail': { absent: 'making prospects' },
  }),
};
