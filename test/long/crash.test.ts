/** The worker is killed where only reading was under way; the boundaries of what is done are in test/stories/crash.test.ts. */
import { type Boundary, killedAt } from '../helpers/killed-worker.ts';

const BOUNDARIES: Boundary[] = [
  { name: 'while the contact is read', fault: { service: 'hubspot', path: '/contacts' } },
  { name: 'while the company is looked up', fault: { service: 'clearbit', path: '/v2/companies' } },
  { name: 'after the company was looked up', fault: { service: 'clearbit', path: '/v2/companies', after: 'after' } },
  { name: 'before the CRM is asked', fault: { service: 'salesforce', path: '/composite' } },
];

for (const boundary of BOUNDARIES) killedAt(boundary);
