import type { Coverage } from '../coverage.ts';

/** Clearbit's company look-up, which is all Baton asks it. */
export const coverage: Coverage = {
  'GET /v2/companies/find': {
    covers: 'a company by domain; 202 while it is looked for; the quota and the limit per minute of each key',
    refuses:
      'no or a wrong key (401), no domain or a broken one (422), an unknown company (404), over quota (402), too many (429)',
    leavesOut: 'look-up by name or handle; webhooks of queued look-ups; the streaming host, which waits instead of 202',
  },
};
