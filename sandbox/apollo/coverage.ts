import type { Coverage } from '../coverage.ts';

const REFUSES = 'no or a wrong key, a bearer token (401), parameters in a body, no credits left (422), a limit (429)';

/** Apollo's enrichment of one person and of one organization. */
export const coverage: Coverage = {
  'POST /people/match': {
    covers:
      'a person by e-mail, or by name and organization, with their organization; credits; three windows of limits by key and endpoint',
    refuses: `${REFUSES}, a broken e-mail address, a phone number without a webhook (422)`,
    leavesOut: 'people by domain or LinkedIn alone; personal e-mails and phone numbers; waterfall',
  },
  'GET /organizations/enrich': {
    covers: 'an organization by domain; credits; three windows of limits by key and endpoint',
    refuses: `${REFUSES}, a broken domain (422)`,
  },
};
