/**
 * Everything outside that judging needs, asked for at once: contact and activities ‖ enrichment ‖ CRM match. Only the
 * contact is indispensable; the others are given up after their patience, and filled in later.
 */

import type { Crm } from '../../contracts/crm.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { Signal, Source } from '../../contracts/source.ts';
import { companyFacts, rememberCompanyFacts } from '../../db/connections/company-facts.ts';
import { submissionsOf } from '../../db/handoffs/inbox.ts';
import { withForms } from '../../domain/form/contact.ts';
import { personId } from '../../domain/form/submission.ts';
import { type Contact, joinFacts } from '../../domain/lead.ts';
import { isTestContact } from '../../domain/manual.ts';
import { serviceName } from '../../domain/service-name.ts';
import { toError, Unavailable } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import type { Deps, Vendors, VersionedPlaybook } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { companyToAsk } from '../judge/company.ts';
import { judgeEmail } from '../judge/email.ts';
import { mayBeAccountBased } from '../record/mode.ts';
import { type EnrichOutcome, enrich } from './enrich.ts';

export interface Gathered {
  facts: Facts;
  /** Failures that others must hear of: a dead key pauses its connection although this lead went on without it. */
  failures: Error[];
}

export interface GatherInput {
  workspaceId: string;
  signal: Signal;
  source: Source;
  vendors: Vendors;
  versioned: VersionedPlaybook;
  /** The lead's address when it is known before the contact is read: then nothing waits for the contact. */
  email: string | undefined;
  /** False while it is uncertain that this is news: then no enrichment credit is spent before the contact is read. */
  enrichAtOnce: boolean;
}

/** The contact and what is known around it; undefined when the source no longer has such a contact. */
export async function gather(deps: Deps, input: GatherInput): Promise<Gathered | undefined> {
  const failures: Error[] = [];
  const early = addressOf(input.email);
  const contactComing = input.source.contact(input.signal.contactId);
  // Looked at below; until then a failure must not count as unhandled.
  contactComing.catch(() => undefined);
  // The company's name is second evidence for its record: unless the signal brings it, it is worth waiting for the contact.
  const { crm } = input.vendors;
  const { playbook } = input.versioned;
  const isByName = crm !== undefined && mayBeAccountBased(playbook, crm.traits);
  // Whoever is answered must not be somebody with whom there is a deal already.
  const isAnswered = playbook.reply.enabled && playbook.reply.withhold.open_deals;
  const deals = isByName ? { deals: true } : isAnswered ? { deals: true, leads: true } : {};
  const { company: typedCompany } = input.signal;
  const matchComing =
    early && (!isByName || typedCompany)
      ? matchOf(deps, input, { ...early, ...ofCompany({ company: typedCompany }, isByName), ...deals }, failures)
      : undefined;
  const enrichComing =
    early?.domain && input.enrichAtOnce ? enrichmentOf(deps, input, { email: early.email }, early) : undefined;
  const read = await contactComing;
  if (!read) return undefined;
  const contact = await withFormsOf(deps, input, withToldScore(read, input.signal));
  // Nobody is behind a test lead's domain: no credit is spent on it, and no company of the CRM is its own.
  const ofTest = isTestContact(contact);
  const address = ofTest && contact.email ? { email: contact.email } : addressOf(contact.email);
  const same = address !== undefined && address.email === early?.email;
  const isCompanyAsTyped = !isByName || (typedCompany !== undefined && typedCompany === contact.company);
  const [match, enriched] = await Promise.all([
    same && isCompanyAsTyped && matchComing
      ? matchComing
      : address &&
        matchOf(deps, input, { ...address, ...ofCompany(ofTest ? {} : contact, isByName), ...deals }, failures),
    same && enrichComing ? enrichComing : enrichmentOf(deps, input, contact, ofTest ? {} : companyToAsk(contact)),
  ]);
  return {
    failures: [...failures, ...enriched.failures],
    facts: {
      contact,
      company: joinFacts(enriched.company, contact.employer),
      ...(enriched.person && { person: enriched.person }),
      ...(match && { match }),
      missing: enriched.missing.map(({ provider, why }) => ({ provider, why })),
    },
  };
}

/** What was read may be older than what the signal tells: then that knows the score better. */
function withToldScore(contact: Contact, { score, occurredAt }: Signal): Contact {
  const isOlder = contact.asOf !== undefined && Date.parse(contact.asOf) < Date.parse(occurredAt);
  return isOlder && typeof score === 'number' ? { ...contact, score } : contact;
}

/** With what the person said in forms that came before the platform noticed them. One round trip, of an index of forms. */
async function withFormsOf(
  deps: Deps,
  { workspaceId, signal, versioned }: GatherInput,
  contact: Contact,
): Promise<Contact> {
  const id = signal.via === 'form' ? undefined : personId(contact.email, undefined);
  if (id === undefined) return contact;
  return withForms(contact, await submissionsOf(deps.db, workspaceId, id), versioned.playbook.capture.questions);
}

/** What can be asked about; the domain only when it is a company's: a free one says nothing of an employer. */
function addressOf(email: string | undefined): { email: string; domain?: string } | undefined {
  const verdict = judgeEmail(email);
  if (email === undefined || verdict.kind === 'malformed') return undefined;
  const business = verdict.kind === 'business' ? verdict.domain : undefined;
  return { email: addressKey(email), ...(business && { domain: business }) };
}

/** What an account-based playbook asks besides. */
function ofCompany({ company }: { company?: string | undefined }, isByName: boolean): { company?: string } {
  return isByName && company ? { company } : {};
}

async function matchOf(
  deps: Deps,
  { vendors }: GatherInput,
  address: Parameters<Crm['match']>[0],
  failures: Error[],
): Promise<CrmMatch | undefined> {
  if (!vendors.crm) return undefined;
  try {
    return await within(deps.patience.match, vendors.crm.match(address), vendors.crm.name);
  } catch (thrown) {
    failures.push(toError(thrown));
    return undefined;
  }
}

/** Gives up waiting, not the work: whoever is late is asked again by the job that needs the answer. */
export async function within<T>(milliseconds: number, work: Promise<T>, service: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Unavailable(`${serviceName(service)} gave no answer within ${milliseconds} ms`, {
            service,
            code: 'patience',
          }),
        ),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks the playbook's enrichers about the person and company; nobody when there is neither domain nor name. */
export async function enrichmentOf(
  deps: Deps,
  { workspaceId, vendors, versioned }: Pick<GatherInput, 'workspaceId' | 'vendors' | 'versioned'>,
  contact: Pick<Contact, 'email' | 'firstName' | 'lastName' | 'company'>,
  { domain, name }: { domain?: string; name?: string },
): Promise<EnrichOutcome> {
  const enrichers = versioned.playbook.enrichment.flatMap(enricher => vendors.enrichers[enricher] ?? []);
  const company = domain ? contact.company : name;
  return enrich(
    {
      email: contact.email ?? '',
      ...(domain && { domain }),
      ...(contact.firstName && { firstName: contact.firstName }),
      ...(contact.lastName && { lastName: contact.lastName }),
      ...(company && { company }),
    },
    {
      enrichers,
      clock: deps.clock,
      limitMs: deps.patience.enrichment,
      cache: {
        get: (provider, key) => companyFacts(deps.db, workspaceId, provider, key),
        put: (provider, key, cached) => rememberCompanyFacts(deps.db, workspaceId, provider, key, cached),
      },
    },
  );
}
