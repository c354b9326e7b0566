import type { Coverage } from '../coverage.ts';

/** Clearbit's look-ups of companies, which is all Baton asks it. */
export const coverage: Coverage = {
  'GET /v2/companies/find': {
    covers: 'a company by domain; 202 while it is looked for; the quota and the limit per minute of each key',
    refuses:
      'no or a wrong key (401), no domain or a broken one (422), an unknown company (404), over quota (402), too many (429)',
    leavesOut: 'look-up by handle; webhooks of queued look-ups; the streaming host, which waits instead of 202',
  },
  'GET /v1/domains/find': {
    covers: 'the domain of a company by its name, a best guess; the limit per minute of each key',
    refuses: 'no or a wrong key (401), no name (422), an unknown name (404), too many (429)',
    leavesOut: 'its quota',
  },
};
