/** Clearbit's company look-up, for accounts that still have a key (none are given out any more). */
import { z } from 'zod';
import { type EnrichAnswer, type Enricher, factsFrom } from '../../contracts/enricher.ts';
import { companyKey } from '../../domain/company-name.ts';
import { countryCode } from '../../domain/regions.ts';
import type { Clock } from '../../lib/clock.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';

export interface ClearbitOptions {
  apiUrl?: string;
  apiKey: string;
  clock: Clock;
  timeoutMs?: number;
}

const service = 'clearbit';
const API_URL = 'https://company.clearbit.com';
/** Clearbit names no time for a queued look-up; a few minutes usually do. */
const QUEUED_FOR_MS = 5 * MINUTE;
/** When a 429 does not say how long: its limits are counted by the minute. */
const LIMITED_FOR_MS = MINUTE;

/** The Clearbit enricher. Asks by domain; without one, for the domain of the company's name first. */
export function clearbit({ apiUrl = API_URL, apiKey, clock, timeoutMs }: ClearbitOptions): Enricher {
  const http = httpClient({
    service,
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${apiKey}` },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });

  /** Its Name to Domain API guesses: only the very name counts. */
  async function domainOf(typed: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = await http({ path: '/v1/domains/find', query: { name: typed }, signal });
    if (answer.status === 404 && errorType(answer) !== undefined) return undefined;
    if (answer.status !== 200) throw failure(answer, clock.now());
    const { name, domain } = nameToDomain.parse(answer.body);
    return companyKey(name) === companyKey(typed) ? domain?.toLowerCase() : undefined;
  }

  return {
    name: service,
    async company({ domain: given, company: typed }, signal) {
      const domain = given ?? (typed ? await domainOf(typed, signal) : undefined);
      if (!domain) return { kind: 'none' };
      const answer = await http({ path: '/v2/companies/find', query: { domain }, signal });
      if (answer.status === 200) return found(answer.body, domain);
      if (answer.status === 202) return later(answer, clock.now());
      if (answer.status === 404 && errorType(answer) !== undefined) return { kind: 'none' };
      throw failure(answer, clock.now());
    },
  };
}

function later({ headers }: HttpAnswer, now: Date): EnrichAnswer {
  const at = parseRetryAfter(headers.get('retry-after'), now);
  return { kind: 'later', retryAfterMs: at ? at.getTime() - now.getTime() : QUEUED_FOR_MS };
}

function failure(answer: HttpAnswer, now: Date): Failure {
  const { status, headers } = answer;
  const code = errorType(answer) ?? `HTTP ${status}`;
  switch (status) {
    case 401:
    case 403:
      return new CredentialsRejected('Clearbit does not accept the API key', { service, code });
    case 402:
      return new CredentialsRejected("Clearbit's quota is used up: no more look-ups until it is raised", {
        service,
        code,
      });
    case 400:
    case 422:
      return new Rejected('Clearbit cannot look this domain up', { service, code, fields: ['domain'] });
    case 429: {
      const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, LIMITED_FOR_MS);
      return new RateLimited('Clearbit asks to wait', { service, code, retryAt });
    }
    default:
      return new Unavailable(`Clearbit answered with status ${status}`, { service, code });
  }
}

const errorBody = z.object({ error: z.object({ type: z.string().regex(/^\w{1,60}$/) }) });

/** Clearbit's own name of an error; absent when the answer is not Clearbit's (a proxy, a wrong base address). */
function errorType({ body }: HttpAnswer): string | undefined {
  return errorBody.safeParse(body).data?.error.type;
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
const names = z
  .array(z.unknown())
  .transform(all => all.map(one => text.parse(one)).filter(one => one !== undefined))
  .catch([]);
const part = <S extends z.ZodRawShape>(shape: S) => z.object(shape).optional().catch(undefined);

const company = z.object({
  name: text,
  personal: z.boolean().catch(false),
  category: part({ industry: text, industryGroup: text, sector: text }),
  metrics: part({ employees: amount, annualRevenue: amount }),
  geo: part({ city: text, state: text, stateCode: text, country: text, countryCode: text }),
  tech: names,
  // The first version of the API, whose answers are still about.
  categories: names,
  location: text,
  employees: amount,
});

const nameToDomain = z.object({ name: text, domain: text }).catch({ name: undefined, domain: undefined });

function found(body: unknown, domain: string): EnrichAnswer {
  const read = company.safeParse(body);
  if (!read.success) {
    throw new Unavailable('Clearbit answered with something that is no company', { service, code: 'unreadable' });
  }
  const { name, personal, category, metrics, geo, tech, categories, employees, location } = read.data;
  // A provider of mailboxes says nothing about the lead's company.
  if (personal) return { kind: 'none' };
  const place = geo ?? parseLocation(location);
  return {
    kind: 'found',
    company: factsFrom(service, domain, {
      name,
      industry: category?.industry ?? category?.industryGroup ?? category?.sector ?? categories[0],
      employees: metrics?.employees ?? employees,
      revenue: metrics?.annualRevenue,
      city: place?.city,
      state: place?.state ?? place?.stateCode,
      country: countryCode(place?.countryCode) ?? countryCode(place?.country),
      tech: tech.length > 0 ? tech.map(techName) : undefined,
    }),
  };
}

/** "San Francisco, California, U.S." of the old shape, read from its ends. */
function parseLocation(location: string | undefined) {
  const parts = (location ?? '').split(',').map(one => one.trim());
  const country = parts.length > 1 ? parts.at(-1) : undefined;
  if (countryCode(country) === undefined) return undefined;
  const [city, state] = [parts[0] || undefined, parts.length > 2 ? parts.at(-2) || undefined : undefined];
  return { city, state, stateCode: undefined, country, countryCode: undefined };
}

/** Words whose capitals no rule finds. */
const SPELLED = new Map(
  'AWS HubSpot NetSuite GitHub GitLab LinkedIn MySQL PostgreSQL MongoDB WordPress YouTube DocuSign SendGrid BigQuery SAP IBM PayPal ZoomInfo PagerDuty WooCommerce ActiveCampaign'
    .split(' ')
    .map(name => [name.toLowerCase(), name]),
);

/** `google_analytics` as a person would write it. */
function techName(tag: string): string {
  return tag
    .split(/[_\s]+/)
    .filter(Boolean)
    .map(word => SPELLED.get(word.toLowerCase()) ?? (word === word.toLowerCase() ? capital(word) : word))
    .join(' ');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
