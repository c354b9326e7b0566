/** Apollo's people/match and organizations/enrich. Parameters travel in the query, the key in `x-api-key`. */
import { z } from 'zod';
import { type EnrichAnswer, type Enricher, type EnrichQuery, factsFrom } from '../../contracts/enricher.ts';
import { companyKey } from '../../domain/company-name.ts';
import type { PersonFacts } from '../../domain/lead.ts';
import { countryCode } from '../../domain/regions.ts';
import type { Clock } from '../../lib/clock.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';

export interface ApolloOptions {
  apiUrl?: string;
  apiKey: string;
  clock: Clock;
  timeoutMs?: number;
}

const service = 'apollo';
const API_URL = 'https://api.apollo.io/api/v1';
/** When a 429 does not say how long: the shortest of its windows. */
const LIMITED_FOR_MS = MINUTE;

/**
 * The Apollo enricher. Person and company come in one call where Apollo knows the person and they work where the
 * lead's address says; otherwise the company is asked for by its domain. Without a domain the person's employer counts
 * where it bears the name the lead gave.
 */
export function apollo({ apiUrl = API_URL, apiKey, clock, timeoutMs }: ApolloOptions): Enricher {
  const http = httpClient({
    service,
    baseUrl: apiUrl,
    headers: { 'x-api-key': apiKey, 'cache-control': 'no-cache' },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });

  async function personOf(query: EnrichQuery, signal: AbortSignal): Promise<Person | undefined> {
    if (!query.email && !(query.firstName && query.lastName)) return undefined;
    const answer = await http({ method: 'POST', path: '/people/match', query: personQuery(query), signal });
    // A lead may type an address Apollo refuses to read; their company can still be asked for.
    if (answer.status === 422 && !outOfCredits(answer)) return undefined;
    return read(answer, personBody, clock.now()).person ?? undefined;
  }

  async function organizationOf(domain: string, signal: AbortSignal): Promise<Organization | undefined> {
    const answer = await http({ path: '/organizations/enrich', query: { domain }, signal });
    return read(answer, organizationBody, clock.now()).organization ?? undefined;
  }

  return {
    name: service,
    async company(query, signal) {
      const { domain, company } = query;
      if (!domain && !company) return { kind: 'none' };
      const person = await personOf(query, signal);
      const employer = person?.organization ?? undefined;
      if (!domain) {
        const isNamed = employer && companyKey(employer.name) === companyKey(company);
        const own = isNamed ? employer.primary_domain?.toLowerCase() : undefined;
        return isNamed ? answerOf(own, employer, person) : { kind: 'none' };
      }
      // Somebody who changed jobs would otherwise lend their new employer's facts to the old domain.
      const organization = employer && belongsTo(employer, domain) ? employer : await organizationOf(domain, signal);
      return answerOf(domain, organization, person);
    },
  };
}

function personQuery({ email, firstName, lastName, domain, company }: EnrichQuery): Record<string, string | undefined> {
  return {
    email: email || undefined,
    first_name: firstName || undefined,
    last_name: lastName || undefined,
    domain,
    organization_name: company || undefined,
    // Said outright: revealing private data costs credits and needs consent nobody gave.
    reveal_personal_emails: 'false',
    reveal_phone_number: 'false',
  };
}

function belongsTo({ primary_domain, website_url }: Organization, domain: string): boolean {
  const hosts = [primary_domain, website_url && URL.canParse(website_url) ? new URL(website_url).hostname : undefined];
  return hosts.some(host => host?.toLowerCase().replace(/^www\./, '') === domain.toLowerCase());
}

/** What a good answer holds; any other becomes its Failure. */
function read<T>(answer: HttpAnswer, schema: z.ZodType<T>, now: Date): T {
  if (answer.status !== 200) throw failure(answer, now);
  const result = schema.safeParse(answer.body);
  if (result.success) return result.data;
  throw new Unavailable('Apollo answered with something unreadable', { service, code: 'unreadable' });
}

function failure(answer: HttpAnswer, now: Date): Failure {
  const { status, headers } = answer;
  const code = errorCode(answer) ?? `HTTP ${status}`;
  if (status === 402 || outOfCredits(answer)) {
    return new CredentialsRejected("Apollo's credits are used up: no more look-ups until there are new ones", {
      service,
      code: 'credits',
    });
  }
  switch (status) {
    case 401:
      return new CredentialsRejected('Apollo does not accept the API key', { service, code });
    case 403:
      return new CredentialsRejected('The Apollo key or plan does not allow enrichment', { service, code });
    case 400:
    case 422:
      return new Rejected('Apollo cannot look this up', { service, code, fields: ['domain'] });
    case 429: {
      const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, LIMITED_FOR_MS);
      return new RateLimited('Apollo asks to wait', { service, code, retryAt });
    }
    default:
      return new Unavailable(`Apollo answered with status ${status}`, { service, code });
  }
}

const errorBody = z.object({
  error: z.string().optional().catch(undefined),
  error_code: z.string().optional().catch(undefined),
});

function errorCode({ body }: HttpAnswer): string | undefined {
  const code = errorBody.safeParse(body).data?.error_code;
  return code !== undefined && /^\w{1,60}$/.test(code) ? code : undefined;
}

/** Apollo has no status of its own for this; it says so in the text of a 4xx. */
function outOfCredits({ status, body }: HttpAnswer): boolean {
  if (status !== 403 && status !== 422) return false;
  return /\bcredits?\b/i.test(errorBody.safeParse(body).data?.error ?? '');
}

// One field of an unexpected shape must not cost the others: each is read alone, and unknown when unreadable.
const text = z
  .string()
  .trim()
  .min(1)
  .transform(long => long.slice(0, 255))
  .optional()
  .catch(undefined);
const amount = z.number().positive().optional().catch(undefined);

const organization = z.object({
  name: text,
  primary_domain: text,
  website_url: text,
  industry: text,
  estimated_num_employees: amount,
  annual_revenue: amount,
  city: text,
  state: text,
  country: text,
  latest_funding_stage: text,
  technology_names: z
    .array(z.unknown())
    .transform(all => all.map(one => text.parse(one)).filter(one => one !== undefined))
    .catch([]),
});
type Organization = z.output<typeof organization>;

const person = z.object({
  title: text,
  seniority: text,
  first_name: text,
  last_name: text,
  linkedin_url: text,
  organization: organization.nullish(),
});
type Person = z.output<typeof person>;

// Apollo says "nobody" with 200 and null, or leaves the key out.
const personBody = z.object({ person: person.nullish() });
const organizationBody = z.object({ organization: organization.nullish() });

function answerOf(
  domain: string | undefined,
  known: Organization | undefined,
  person: Person | undefined,
): EnrichAnswer {
  if (!known && !person) return { kind: 'none' };
  const facts = person && personFacts(person);
  return {
    kind: 'found',
    company: factsFrom(service, domain, {
      name: known?.name,
      industry: known?.industry && capitalised(known.industry),
      employees: known?.estimated_num_employees,
      revenue: known?.annual_revenue,
      city: known?.city,
      state: known?.state,
      country: countryCode(known?.country),
      funding: known?.latest_funding_stage,
      tech: known && known.technology_names.length > 0 ? known.technology_names : undefined,
    }),
    ...(facts && { person: facts }),
  };
}

function personFacts({ title, seniority, first_name, last_name, linkedin_url }: Person): PersonFacts {
  return {
    ...(title && { title }),
    ...(seniority && { seniority }),
    ...(first_name && { firstName: first_name }),
    ...(last_name && { lastName: last_name }),
    ...(linkedin_url && /^https?:\/\/([\w-]+\.)*linkedin\.com\//i.test(linkedin_url) && { linkedin: linkedin_url }),
  };
}

/** Apollo writes industries in lower case: "information technology & services". */
function capitalised(industry: string): string {
  return industry.replace(/(?<![\p{L}\p{N}'’])\p{Ll}/gu, letter => letter.toUpperCase());
}
