import type { Coverage } from '../coverage.ts';

/** Calendly's API v2, as far as links and webhooks go. */
export const coverage: Coverage = {
  'GET /users/me': { covers: 'the token’s user and organization', refuses: 'a wrong token (401)' },
  'GET /event_types': { covers: 'those of the organization, in pages', refuses: 'another organization (403)' },
  'POST /scheduling_links': {
    covers: 'a link that can be booked once',
    refuses: 'an owner that is no event type of the organization (404), more than one event (400)',
    leavesOut: 'dying after 90 days',
  },
  'GET /webhook_subscriptions': { covers: 'those of the organization', refuses: 'no organization or scope (400)' },
  'POST /webhook_subscriptions': {
    covers: 'a subscription with a signing key',
    refuses: 'a second of the same address (409), a plan without webhooks (403), no events (400)',
  },
  'DELETE /webhook_subscriptions/:uuid': { covers: 'taking one away', refuses: 'an unknown one (404)' },
};
