/** Marketing works in ActiveCampaign: an automation calls Baton. */
import { MINUTE } from '../../src/lib/clock.ts';

type Post = (path: string, body: unknown) => Promise<Record<string, unknown>>;

interface Scene {
  ago(milliseconds: number): string;
  address(email: string): string;
}

export function fromActiveCampaign({ ago, address }: Scene) {
  const email = address('tomas.novak@fernhill-logistics.com');
  const person = {
    email,
    firstName: 'Tomas',
    lastName: 'Novak',
    fields: {
      'Job Title': 'Head of Operations',
      Company: 'Fernhill Logistics',
      Country: 'United States',
      'Lead Source': 'Newsletter',
    },
    tags: ['Newsletter'],
  };
  return {
    key: 'activecampaign',
    label: 'Tomas’s automation runs in ActiveCampaign',
    describe: 'his score goes over the line: an automation tells Baton, which reads the score',
    email,
    async seed(post: Post) {
      const company = {
        domain: 'fernhill-logistics.com',
        name: 'Fernhill Logistics',
        industry: 'Software',
        employees: 340,
        revenue: 40_000_000,
        city: 'Columbus',
        state: 'OH',
        country: 'US',
        tech: ['ActiveCampaign', 'Salesforce'],
      };
      await post('/_sandbox/clearbit/companies', company);
      await post('/_sandbox/apollo/companies', company);
      await post('/_sandbox/activecampaign/contacts', { ...person, score: 38 });
    },
    async cross(post: Post) {
      const activities = [
        { type: 'requested_demo', value: 'Warehouse plan', at: ago(3 * MINUTE) },
        { type: 'page_visit', value: 'https://fernhill.example/pricing', at: ago(MINUTE) },
      ];
      await post('/_sandbox/activecampaign/contacts', { ...person, score: 64, activities });
    },
  } as const;
}
