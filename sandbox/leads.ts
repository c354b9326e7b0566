/** The cast of the demo: what the page's buttons and the stories send. All people and companies are invented. */
import { DAY, HOUR, MINUTE } from '../src/lib/clock.ts';
import { fromActiveCampaign } from './activecampaign/cast.ts';
import { fromForm } from './form/cast.ts';
import { fromPardot } from './pardot/cast.ts';

/** POSTs to the sandbox's control API and answers its JSON. */
export type Control = (path: string, body: unknown) => Promise<Record<string, unknown>>;

export interface CastMember {
  key:
    | 'emma'
    | 'medium'
    | 'low'
    | 'disposable'
    | 'customer'
    | 'duplicate'
    | 'marketo'
    | 'pardot'
    | 'activecampaign'
    | 'form';
  /** What the button says. */
  label: string;
  /** What is special about this lead. */
  describe: string;
  email: string;
  /** What was there before the story starts: company facts, earlier scores, CRM records. */
  seed(post: Control): Promise<void>;
  /** What takes the lead over the threshold. */
  cross(post: Control): Promise<void>;
}

interface Company {
  domain: string;
  name: string;
  industry: string;
  employees: number;
  revenue: number;
  city: string;
  state: string;
  country: string;
  tech: string[];
}

const ACME: Company = {
  domain: 'acmecorp.com',
  name: 'Acme Corp',
  industry: 'Technology',
  employees: 750,
  revenue: 50_000_000,
  city: 'San Francisco',
  state: 'CA',
  country: 'US',
  tech: ['Salesforce', 'HubSpot', 'NetSuite', 'AWS'],
};

/** Both enrichers know the company. */
async function knowCompany(post: Control, company: Company): Promise<void> {
  await post('/_sandbox/clearbit/companies', company);
  await post('/_sandbox/apollo/companies', company);
}

async function contact(post: Control, properties: Record<string, unknown>): Promise<void> {
  await post('/_sandbox/hubspot/contacts', properties);
}

/**
 * The leads beside one another, in the order they are told; `now` dates what they did. A later `round` gives the same
 * people other addresses, so that a button can be pressed again.
 */
export function cast(now: Date, round = 1): CastMember[] {
  const scene: Scene = {
    ago: milliseconds => new Date(now.getTime() - milliseconds).toISOString(),
    address: email => (round === 1 ? email : email.replace('@', `+${round}@`)),
  };
  return [
    emma(scene),
    medium(scene),
    low(scene),
    disposable(scene),
    customer(scene),
    duplicate(scene),
    fromMarketo(scene),
    fromPardot(scene),
    fromActiveCampaign(scene),
    fromForm(scene),
  ];
}

interface Scene {
  ago(milliseconds: number): string;
  address(email: string): string;
}

function emma({ ago, address }: Scene): CastMember {
  const email = address('emma.thompson@acmecorp.com');
  const person = {
    email,
    firstname: 'Emma',
    lastname: 'Thompson',
    jobtitle: 'VP Operations',
    company: 'Acme Corp',
    phone: '+1 415 555 0134',
    website: 'https://www.acmecorp.com',
    city: 'San Francisco',
    state: 'California',
    country: 'United States',
    hs_latest_source: 'ORGANIC_SEARCH',
  };
  return {
    key: 'emma',
    label: 'Emma visits the pricing page',
    describe: 'VP Operations of Acme Corp, 750 people: HIGH, to Marcus',
    email,
    async seed(post) {
      await knowCompany(post, ACME);
      await contact(post, {
        ...person,
        hubspotscore: '47',
        activities: [
          { type: 'webinar', at: ago(6 * DAY), detail: 'Product webinar: closing the books in a day' },
          { type: 'form', at: ago(4 * DAY), detail: 'Integration guide download' },
          ...[5, 3, 2, 1].map(days => ({
            type: 'email_open',
            at: ago(days * DAY),
            detail: `Newsletter of day ${days}`,
          })),
        ],
      });
    },
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '63',
        activities: [{ type: 'page_view', at: ago(MINUTE), detail: '/pricing' }],
      }),
  };
}

function medium({ ago, address }: Scene): CastMember {
  const email = address('jonas.weber@lindenwerk-analytics.com');
  const person = {
    email,
    firstname: 'Jonas',
    lastname: 'Weber',
    jobtitle: 'Data Analyst',
    company: 'Lindenwerk Analytics',
    country: 'United States',
  };
  return {
    key: 'medium',
    label: 'Jonas downloads a guide',
    describe: 'a fitting company of 90, no decision maker: MEDIUM, to the SDRs',
    email,
    async seed(post) {
      await knowCompany(post, {
        domain: 'lindenwerk-analytics.com',
        name: 'Lindenwerk Analytics',
        industry: 'Software',
        employees: 90,
        revenue: 8_000_000,
        city: 'Austin',
        state: 'TX',
        country: 'US',
        tech: ['HubSpot'],
      });
      await contact(post, { ...person, hubspotscore: '30' });
    },
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '54',
        activities: [{ type: 'form', at: ago(2 * MINUTE), detail: 'Benchmark guide' }],
      }),
  };
}

function low({ ago, address }: Scene): CastMember {
  const email = address('sam.rivera.writes@gmail.com');
  const person = { email, firstname: 'Sam', lastname: 'Rivera', jobtitle: 'Student' };
  return {
    key: 'low',
    label: 'Sam reads the blog',
    describe: 'free mail, a student: LOW, left to nurture',
    email,
    seed: post => contact(post, { ...person, hubspotscore: '10' }),
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '51',
        activities: [{ type: 'page_view', at: ago(HOUR), detail: '/blog/careers' }],
      }),
  };
}

function disposable({ ago, address }: Scene): CastMember {
  const email = address('wants.the.pdf@mailinator.com');
  const person = { email, firstname: 'Alex', lastname: 'Quick', jobtitle: 'CEO' };
  return {
    key: 'disposable',
    label: 'A throw-away address',
    describe: 'a disposable address: nothing in the CRM',
    email,
    seed: post => contact(post, { ...person, hubspotscore: '5' }),
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '70',
        activities: [{ type: 'form', at: ago(MINUTE), detail: 'White paper' }],
      }),
  };
}

function customer({ ago, address }: Scene): CastMember {
  const email = address('ingrid.solberg@northwind-robotics.com');
  const person = {
    email,
    firstname: 'Ingrid',
    lastname: 'Solberg',
    jobtitle: 'Head of Finance',
    company: 'Northwind Robotics',
    country: 'United States',
  };
  return {
    key: 'customer',
    label: 'A known customer',
    describe: 'her company is an account of Priya: to the account owner',
    email,
    async seed(post) {
      await knowCompany(post, {
        domain: 'northwind-robotics.com',
        name: 'Northwind Robotics',
        industry: 'Technology',
        employees: 1_200,
        revenue: 90_000_000,
        city: 'Boston',
        state: 'MA',
        country: 'US',
        tech: ['Salesforce'],
      });
      await post('/_sandbox/salesforce/Account', {
        Name: 'Northwind Robotics',
        Website: 'https://www.northwind-robotics.com',
        OwnerId: PRIYA,
      });
      await contact(post, { ...person, hubspotscore: '20' });
    },
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '58',
        activities: [{ type: 'form', at: ago(MINUTE), detail: 'Request a demo: add-ons' }],
      }),
  };
}

function duplicate({ ago, address }: Scene): CastMember {
  const email = address('li.wei@harborstone-capital.com');
  const person = {
    email,
    firstname: 'Li',
    lastname: 'Wei',
    jobtitle: 'Director of Operations',
    company: 'Harborstone Capital',
    country: 'United States',
  };
  return {
    key: 'duplicate',
    label: 'Already in Salesforce',
    describe: 'an open lead of Priya: updated, not doubled, hers to keep',
    email,
    async seed(post) {
      await knowCompany(post, {
        domain: 'harborstone-capital.com',
        name: 'Harborstone Capital',
        industry: 'Financial Services',
        employees: 400,
        revenue: 120_000_000,
        city: 'Chicago',
        state: 'IL',
        country: 'US',
        tech: ['NetSuite'],
      });
      await post('/_sandbox/salesforce/Lead', {
        FirstName: 'Li',
        LastName: 'Wei',
        Email: email,
        Company: 'Harborstone Capital',
        OwnerId: PRIYA,
      });
      await contact(post, { ...person, hubspotscore: '35' });
    },
    cross: post =>
      contact(post, {
        ...person,
        hubspotscore: '61',
        activities: [{ type: 'meeting', at: ago(DAY), detail: 'Conference booth' }],
      }),
  };
}

/** Marketing works in Marketo: a smart campaign calls Baton. */
function fromMarketo({ ago, address }: Scene): CastMember {
  const email = address('nadia.rahman@kestrel-systems.com');
  const person = {
    email,
    firstName: 'Nadia',
    lastName: 'Rahman',
    title: 'Director of Revenue Operations',
    company: 'Kestrel Systems',
    country: 'United States',
    leadSource: 'Webinar',
  };
  return {
    key: 'marketo',
    label: 'Nadia’s campaign runs in Marketo',
    describe: 'scored by Marketo after a webinar: a smart campaign tells Baton',
    email,
    async seed(post) {
      await knowCompany(post, {
        domain: 'kestrel-systems.com',
        name: 'Kestrel Systems',
        industry: 'Software',
        employees: 520,
        revenue: 60_000_000,
        city: 'Denver',
        state: 'CO',
        country: 'US',
        tech: ['Marketo', 'Salesforce'],
      });
      await post('/_sandbox/marketo/contacts', { ...person, leadScore: 41 });
    },
    cross: async post => {
      await post('/_sandbox/marketo/contacts', {
        ...person,
        leadScore: 66,
        activities: [
          { type: 'webinar', at: ago(DAY), detail: 'Forecasting in a day', status: 'Attended' },
          { type: 'page_view', at: ago(MINUTE), detail: 'kestrel.example/pricing', url: '/pricing' },
        ],
      });
    },
  };
}

/** Priya's user in the Salesforce stand-in. */
const PRIYA = '005Hs0000000003IAA';

/** `count` leads of `count` companies at once, all worth a call. */
export async function burst(post: Control, count: number, now: Date): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const domain = `burst-${now.getTime().toString(36)}-${index}.com`;
    await knowCompany(post, { ...ACME, domain, name: `Company ${index}` });
    await contact(post, {
      email: `lead@${domain}`,
      firstname: 'Lee',
      lastname: `Number ${index}`,
      jobtitle: 'VP Operations',
      company: `Company ${index}`,
      country: 'United States',
      hubspotscore: '63',
      activities: [{ type: 'page_view', at: now.toISOString(), detail: '/pricing' }],
    });
  }
}
