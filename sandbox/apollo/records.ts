import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CompanyInput } from '../company.ts';

/** What `POST /_sandbox/apollo/people` takes; `domain` says where they work now, the address's own when left out. */
export const personInput = z.strictObject({
  email: z.string().includes('@'),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  title: z.string().optional(),
  seniority: z.string().optional(),
  linkedin_url: z.string().optional(),
  domain: z.string().optional(),
});

export type PersonInput = z.output<typeof personInput>;

/** A company in Apollo's shape: country by name, industry in lower case, technologies by name. */
export function organizationOf(input: CompanyInput): Record<string, unknown> {
  const { domain, name, industry, employees, revenue, city, state, country, tech, funding } = input;
  const host = domain.toLowerCase();
  return {
    id: idOf(host),
    name: name ?? null,
    website_url: `http://www.${host}`,
    primary_domain: host,
    linkedin_url: null,
    phone: null,
    founded_year: null,
    industry: industry?.toLowerCase() ?? null,
    industries: industry ? [industry.toLowerCase()] : [],
    keywords: [],
    estimated_num_employees: employees ?? null,
    annual_revenue: revenue ?? null,
    annual_revenue_printed: revenue === undefined ? null : printed(revenue),
    city: city ?? null,
    state: state ?? null,
    country: country ? (new Intl.DisplayNames(['en'], { type: 'region' }).of(country) ?? null) : null,
    latest_funding_stage: funding ?? null,
    technology_names: tech,
    current_technologies: tech.map(one => ({
      uid: one.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
      name: one,
      category: 'Other',
    })),
  };
}

export function personOf(
  input: PersonInput,
  organization: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const { email, first_name = null, last_name = null, title = null, seniority = null, linkedin_url = null } = input;
  return {
    id: idOf(email.toLowerCase()),
    first_name,
    last_name,
    name: [first_name, last_name].filter(Boolean).join(' ') || null,
    linkedin_url,
    title,
    seniority,
    headline: title,
    email: email.toLowerCase(),
    email_status: 'verified',
    organization_id: organization?.id ?? null,
    employment_history: [],
    ...(organization && { organization }),
  };
}

function printed(revenue: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(revenue);
}

/** 24 hexadecimal digits, as Apollo's ids; the same in every run. */
function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
