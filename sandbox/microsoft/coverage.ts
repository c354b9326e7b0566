import type { Coverage } from '../coverage.ts';

/** Logging in to Microsoft Entra, and sending with Graph. */
export const coverage: Coverage = {
  'GET /:directory/oauth2/v2.0/authorize': {
    covers: 'whoever is named in `user` consents, or with `deny` not',
    refuses: 'an unknown client (400)',
  },
  'POST /:directory/oauth2/v2.0/token': {
    covers: 'codes with PKCE, and refresh tokens, each of which is good once',
    refuses: 'a wrong secret (401), a used code, a used or revoked refresh token (400)',
  },
  'POST /v1.0/me/sendMail': {
    covers: 'a message as MIME in base64, accepted with 202',
    refuses:
      'a token that ran out (401), what is no base64 (400), JSON with a header that does not begin with x- (400)',
    leavesOut: 'delivery; limits, which a fault says',
  },
};
