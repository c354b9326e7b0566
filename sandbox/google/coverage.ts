import type { Coverage } from '../coverage.ts';

/** Logging in to Google, and sending with Gmail. */
export const coverage: Coverage = {
  'GET /o/oauth2/v2/auth': {
    covers: 'whoever is named in `user` allows everything, or with `deny` nothing, or with `unchecked` all but sending',
    refuses: 'an unknown client, a wrong response type (400)',
  },
  'POST /token': {
    covers: 'codes and refresh tokens, with PKCE',
    refuses: 'a wrong secret (401), a used code or a revoked token (400)',
  },
  'POST /revoke': { covers: 'every token of that user', refuses: 'one that is dead (400)' },
  'POST /gmail/v1/users/me/messages/send': {
    covers: 'a raw message, kept as it came, under a Message-ID of Gmail’s own',
    refuses: 'a token that ran out (401) or may not send (403), what is no message (400)',
    leavesOut: 'delivery; limits, which a fault says',
  },
};
