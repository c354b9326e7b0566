import type { Coverage } from '../coverage.ts';

const LIST = 'another content type (406), a wrong token (401)';

/** Outreach's OAuth and REST API v2, as far as adding prospects to sequences goes. */
export const coverage: Coverage = {
  'GET /oauth/authorize': { covers: 'agrees at once, for `user=`', refuses: 'an unknown app', leavesOut: 'PKCE' },
  'POST /oauth/token': {
    covers: 'tokens for a code, and for a refresh token, which is good once',
    refuses: 'a wrong client, an unknown code or token',
    leavesOut: 'one grant a minute',
  },
  'GET /api/v2': { covers: 'who asks', refuses: 'a wrong token (401)' },
  'GET /api/v2/sequences': { covers: 'those that are enabled, in pages', refuses: LIST },
  'GET /api/v2/mailboxes': { covers: 'those of an address', refuses: LIST },
  'GET /api/v2/prospects': { covers: 'those of an address', refuses: LIST },
  'POST /api/v2/prospects': {
    covers: 'a prospect; twice makes two',
    refuses: 'another content type (415), no address (422)',
    leavesOut: 'most attributes',
  },
  'GET /api/v2/sequenceStates': { covers: 'those of a prospect in a sequence', refuses: LIST },
  'POST /api/v2/sequenceStates': {
    covers: 'adds a prospect to a sequence with a mailbox',
    refuses: 'another content type (415); one who is active in it, an unknown prospect, sequence or mailbox (422)',
    leavesOut: 'what a sequence sends; rules of an account',
  },
  'GET /api/v2/sequenceStates/:id': { covers: 'how it stands', refuses: 'an unknown one (404)' },
  'POST /api/v2/sequenceStates/:id/actions/finish': {
    covers: 'ends it',
    refuses: 'one that is finished (422), an unknown one (404)',
  },
};
