import type { Coverage } from '../coverage.ts';

/** A company's website: what visitors load of it. Its forms and its form tools send; nobody calls them. */
export const coverage: Coverage = {
  'GET /demo': {
    covers:
      'a page with a form that a script of its own answers, and one that is posted to Baton; both with the page script',
  },
  'GET /pricing': { covers: 'a page that is only looked at, with the page script' },
  'GET /thanks': { covers: 'where a visitor is sent back to' },
};
