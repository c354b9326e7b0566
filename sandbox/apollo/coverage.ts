import type { Coverage } from '../coverage.ts';

const REFUSES = 'no or a wrong key, a bearer token (401), parameters in a body, no credits left (422), a limit (429)';

const MASTER = `${REFUSES}, a key that is no master key (403)`;

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
  'GET /email_accounts': { covers: 'who may send', refuses: MASTER },
  'POST /emailer_campaigns/search': { covers: 'sequences, in pages', refuses: MASTER, leavesOut: 'q_name' },
  'POST /contacts/search': { covers: 'contacts by a part of their address', refuses: MASTER, leavesOut: 'pages' },
  'POST /contacts': { covers: 'a contact; twice makes two, unless run_dedupe is true', refuses: MASTER },
  'GET /contacts/:id': { covers: 'a contact, and how they stand in sequences', refuses: `${MASTER}, no such (404)` },
  'POST /emailer_campaigns/:id/add_contact_ids': {
    covers: 'adds a contact to a sequence; one who is active in any is left out, with the reason',
    refuses: `${MASTER}, no such sequence (404) or email account (422)`,
    leavesOut: 'what a sequence sends',
  },
  'POST /emailer_campaigns/remove_or_stop_contact_ids': {
    covers: 'ends a sequence for a contact, whatever the mode',
    refuses: `${MASTER}, no mode (422)`,
  },
};
