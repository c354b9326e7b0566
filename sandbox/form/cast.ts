/** Somebody of the demo's cast who asks by themselves: no score takes them over any threshold. All is invented. */

type Post = (path: string, body: unknown) => Promise<Record<string, unknown>>;

export function fromForm({ address }: { address(email: string): string }) {
  const email = address('omar.haddad@brightwater-labs.com');
  const company = {
    domain: 'brightwater-labs.com',
    name: 'Brightwater Labs',
    industry: 'Technology',
    employees: 410,
    revenue: 38_000_000,
    city: 'Austin',
    state: 'TX',
    country: 'US',
    tech: ['Webflow', 'Salesforce'],
  };
  return {
    key: 'form',
    label: 'Omar asks for a demo',
    describe: 'fills in the form on the pricing page: an MQL by what he answers, whatever his score',
    email,
    async seed(post: Post) {
      await post('/_sandbox/clearbit/companies', company);
      await post('/_sandbox/apollo/companies', company);
    },
    async cross(post: Post) {
      await post('/_sandbox/form/contacts', {
        email,
        name: 'Omar Haddad',
        company: company.name,
        job_title: 'VP Engineering',
        use_case: 'demo',
        timeline: 'this quarter',
        budget: '$30k',
        message: 'Can we see the Salesforce part live?',
        _form: 'Demo request',
        _pages: JSON.stringify([
          ['/', 240],
          ['/pricing', 60],
        ]),
      });
    },
  } as const;
}
