import type { Coverage } from '../coverage.ts';

/** Salesloft's OAuth and API v2, as far as adding people to cadences goes. */
export const coverage: Coverage = {
  'GET /oauth/authorize': { covers: 'agrees at once, for `user=`', refuses: 'an unknown app', leavesOut: 'scopes' },
  'POST /oauth/token': {
    covers: 'tokens for a code, and for a refresh token, which is good once',
    refuses: 'a wrong client, an unknown code or token',
  },
  'GET /v2/me': { covers: 'who asks, and their team', refuses: 'a wrong key (401)' },
  'GET /v2/cadences': { covers: 'all, in pages', refuses: 'a wrong key (401)', leavesOut: 'filters' },
  'GET /v2/users': { covers: 'those of an address', refuses: 'a wrong key (401)' },
  'GET /v2/people': { covers: 'those of an address', refuses: 'a wrong key (401)' },
  'POST /v2/people': { covers: 'a person', refuses: 'an address that is taken (422)', leavesOut: 'most fields' },
  'GET /v2/cadence_memberships': { covers: 'those of a person in a cadence', refuses: 'a wrong key (401)' },
  'POST /v2/cadence_memberships': {
    covers: 'adds a person to a cadence for a user; twice makes two',
    refuses: 'an unknown person, cadence or user (422)',
    leavesOut: 'what a cadence does',
  },
  'GET /v2/cadence_memberships/:id': { covers: 'how it stands, with its replies', refuses: 'an unknown one (404)' },
  'DELETE /v2/cadence_memberships/:id': { covers: 'takes them out', refuses: 'an unknown one (404)' },
};
