/** Marketing works in Account Engagement: the connector syncs the score, and a flow in Salesforce tells Baton. */
import { DAY, MINUTE } from '../../src/lib/clock.ts';

type Post = (path: string, body: unknown) => Promise<Record<string, unknown>>;

interface Scene {
  ago(milliseconds: number): string;
  address(email: string): string;
}

export function fromPardot({ ago, address }: Scene) {
  const email = address('ingrid.larsen@northwind-medical.com');
  const person = {
    email,
    firstName: 'Ingrid',
    lastName: 'Larsen',
    jobTitle: 'VP Operations',
    company: 'Northwind Medical',
    country: 'United States',
    source: 'Webinar',
    grade: 'A-',
  };
  return {
    key: 'pardot',
    label: 'Ingrid’s score is synced from Account Engagement',
    describe: 'graded A-, over the line after a webinar: a flow in Salesforce tells Baton',
    email,
    async seed(post: Post) {
      const company = {
        domain: 'northwind-medical.com',
        name: 'Northwind Medical',
        industry: 'Software',
        employees: 610,
        revenue: 70_000_000,
        city: 'Chicago',
        state: 'IL',
        country: 'US',
        tech: ['Salesforce', 'Account Engagement'],
      };
      await post('/_sandbox/clearbit/companies', company);
      await post('/_sandbox/apollo/companies', company);
      await post('/_sandbox/pardot/contacts', { ...person, score: 44 });
    },
    async cross(post: Post) {
      const activities = [
        { type: 24, typeName: 'Attended Webinar', details: 'Product webinar', at: ago(DAY) },
        { type: 20, typeName: 'Visit', details: 'Pricing', at: ago(MINUTE) },
      ];
      await post('/_sandbox/pardot/contacts', { ...person, score: 68, activities });
    },
  } as const;
}
