import { createHash } from 'node:crypto';
import type { CompanyInput } from '../company.ts';

/** A company in Clearbit's present shape; what is unknown is null, as there. */
export function clearbitCompany(input: CompanyInput): Record<string, unknown> {
  const { domain, name, industry, employees, revenue, city, state, country, tech } = input;
  return {
    id: idOf(domain),
    name: name ?? null,
    legalName: name ?? null,
    domain: domain.toLowerCase(),
    domainAliases: [],
    site: { phoneNumbers: [], emailAddresses: [] },
    category: { sector: null, industryGroup: null, industry: industry ?? null, subIndustry: null },
    tags: industry ? [industry] : [],
    description: null,
    timeZone: null,
    geo: {
      streetNumber: null,
      streetName: null,
      city: city ?? null,
      state: state ?? null,
      stateCode: state && /^[A-Z]{2,3}$/.test(state) ? state : null,
      postalCode: null,
      country: country ? new Intl.DisplayNames(['en'], { type: 'region' }).of(country) : null,
      countryCode: country ?? null,
    },
    logo: null,
    type: 'private',
    metrics: {
      employees: employees ?? null,
      employeesRange: employees === undefined ? null : rangeOf(employees),
      annualRevenue: revenue ?? null,
      estimatedAnnualRevenue: null,
      raised: null,
      alexaGlobalRank: null,
    },
    // Clearbit lists technologies as tags: `google_analytics`.
    tech: tech.map(one => one.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')),
    emailProvider: false,
    parent: { domain: null },
    ultimateParent: { domain: null },
  };
}

const RANGES: [most: number, range: string][] = [
  [10, '1-10'],
  [50, '11-50'],
  [250, '51-250'],
  [1_000, '251-1K'],
  [5_000, '1K-5K'],
  [10_000, '5K-10K'],
  [50_000, '10K-50K'],
  [100_000, '50K-100K'],
];

function rangeOf(employees: number): string {
  return RANGES.find(([most]) => employees <= most)?.[1] ?? '100K+';
}

/** The same company has the same id in every run. */
function idOf(domain: string): string {
  const hex = createHash('sha256').update(domain.toLowerCase()).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
