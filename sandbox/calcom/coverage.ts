import type { Coverage } from '../coverage.ts';

/** Cal.com's API v2, as far as links and webhooks go. */
export const coverage: Coverage = {
  'GET /me': { covers: 'whose key it is', refuses: 'a wrong key (401)' },
  'GET /event-types': {
    covers: 'the one of a user name and slug',
    refuses: 'a call without cal-api-version, which has another shape (400)',
  },
  'POST /event-types/:id/private-links': {
    covers: 'a link that can be booked once',
    refuses: 'an event type that is none of the key’s user (404)',
    leavesOut: 'more uses, and dates by which a link ends',
  },
  'GET /webhooks': { covers: 'all of them' },
  'POST /webhooks': { covers: 'one with a secret', refuses: 'an unknown trigger (400)' },
  'DELETE /webhooks/:id': { covers: 'taking one away', refuses: 'an unknown one (404)' },
};
