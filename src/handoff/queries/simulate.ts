/** What would happen to a lead, and why, without doing it: nothing is written, told, charged or bought. */

import { nameOf } from '../../config/playbook/people.ts';
import { mqlRulesOf } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { EnrichAnswer, Enricher } from '../../contracts/enricher.ts';
import type { Signal } from '../../contracts/source.ts';
import { companyFacts } from '../../db/connections/company-facts.ts';
import { connectedSince } from '../../db/connections/connections.ts';
import { type KnownContact, knownContact } from '../../db/handoffs/simulation.ts';
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { type Contact, joinFacts } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { listed } from '../../lib/english.ts';
import { BadInput, Failure, toError } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import type { Deps, Vendors, VersionedPlaybook } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { actorOf, type Requester } from '../core/rights.ts';
import { crossing } from '../intake/crossing.ts';
import { enrich } from '../intake/enrich.ts';
import { companyToAsk } from '../judge/company.ts';
import { judgeEmail } from '../judge/email.ts';
import { leadFacts } from '../judge/facts.ts';
import { judge } from '../judge/judge.ts';
import { mayBeAccountBased } from '../record/mode.ts';
import { readRoutingState } from '../route/roster.ts';
import { route, routeFacts } from '../route/route.ts';
import { recordWords } from './simulate-record.ts';

/** What would happen to a lead if they crossed now; nothing is done, written or told. */
export interface Simulation {
  email: string;
  /** A source knows the contact; false: judged by the address alone. */
  found: boolean;
  score: number | null;
  /** Would it be a crossing, and why: a sentence. */
  crossing: string;
  judgement: Judgement | null;
  decision: RoutingDecision | null;
  /** What would be written to the CRM: a sentence. */
  record: string;
  /** What else is worth knowing: what could not be asked, what is unknown. */
  notes: string[];
}

interface Asking {
  deps: Deps;
  workspaceId: string;
  vendors: Vendors;
  versioned: VersionedPlaybook;
  email: string;
  /** Filled on the way. */
  notes: string[];
}

/**
 * Asks the sources and the CRM, reads what enrichment said before, judges, and routes by the rotation credits as they are.
 * @throws BadInput for somebody who is nobody of the playbook, and for what is no address
 */
export async function simulate(deps: Deps, requester: Requester, given: string): Promise<Simulation> {
  const email = addressKey(given);
  const { workspaceId } = requester;
  const [actor, versioned, vendors] = await Promise.all([
    actorOf(deps, requester),
    deps.playbook(workspaceId),
    deps.vendors(workspaceId),
  ]);
  if (!actor) throw new BadInput('Only people of Baton’s playbook can ask this.');
  const verdict = judgeEmail(email);
  if (verdict.kind === 'malformed') throw new BadInput(`“${given}” is no address to ask about: ${verdict.reason}.`);
  const asking: Asking = { deps, workspaceId, vendors, versioned, email, notes: [] };
  const domain = verdict.kind === 'business' ? verdict.domain : undefined;
  const known = await knownContact(deps.db, workspaceId, email);
  const [found, match] = await foundNow(asking, known, domain);
  const contact = found ?? nobody(asking);
  const facts = await factsOf(asking, contact, match);
  return verdictOn(asking, { contact, facts, known, found: found !== undefined });
}

interface Learnt {
  contact: Contact;
  facts: Facts;
  known: KnownContact;
  found: boolean;
}

async function verdictOn(asking: Asking, { contact, facts, known, found }: Learnt): Promise<Simulation> {
  const { deps, workspaceId, versioned, vendors, email, notes } = asking;
  const { playbook } = versioned;
  const now = deps.clock.now();
  const judgement = judge(
    { contact, company: facts.company, ...(facts.person && { person: facts.person }), playbook },
    now,
  );
  notes.push(...unscored(judgement, facts, playbook));
  const decision =
    judgement.outcome === 'route'
      ? route({
          facts: routeFacts(facts, judgement, playbook),
          ...(await readRoutingState(deps.db, workspaceId, playbook, now)).routing,
        }).decision
      : null;
  if (known.openWith !== undefined) {
    const who = known.openWith === null ? 'Nobody has claimed it yet' : `${nameOf(playbook, known.openWith)} has it`;
    notes.push(`A handoff of this lead is open now. ${who}.`);
  }
  return {
    email,
    found,
    score: judgement.score,
    crossing: await crossingWords(asking, contact, known, judgement.score),
    judgement,
    decision,
    record: recordWords({ judgement, decision, traits: vendors.crm?.traits, match: facts.match, playbook }),
    notes,
  };
}

/** Points of Baton's own score that hang on facts of the company which nobody was asked for: the score may be higher. */
function unscored({ scoring }: Judgement, facts: Facts, { scoring: rules }: Playbook): string[] {
  if (!scoring || !rules) return [];
  const known = leadFacts(facts.contact, facts.company, facts.person);
  const isKnown = {
    industry: known.industry,
    employees: known.employees,
    country: known.country,
    region: known.country,
  };
  const asked = (['industry', 'employees', 'country', 'region'] as const).filter(
    name => isKnown[name] === undefined && [...rules.profile, ...rules.negative].some(({ when }) => when[name]),
  );
  if (asked.length === 0) return [];
  const names = asked.map(name => (name === 'employees' ? 'size' : name)).join(', ');
  return [`The score is without the company’s points: its ${names} ${asked.length === 1 ? 'is' : 'are'} unknown here.`];
}

/** By the id known from an earlier signal, else by the address, source by source. */
async function contactNow(asking: Asking, known: KnownContact): Promise<Contact | undefined> {
  const { vendors, email, notes } = asking;
  for (const source of Object.values(vendors.sources)) {
    if (!source || source.name === 'manual') continue;
    const id = known.contacts.find(one => one.source === source.name)?.contactId;
    try {
      const contact = id === undefined ? await source.contactByEmail?.(email) : await source.contact(id);
      if (contact) return contact;
      if (!source.contactByEmail && id === undefined)
        notes.push(`${serviceName(source.name)} cannot be asked by address.`);
    } catch (thrown) {
      notes.push(unasked(source.name, thrown));
    }
  }
  return undefined;
}

/** Judged by the address alone. */
function nobody({ vendors, email }: Asking): Contact {
  const source = Object.values(vendors.sources).find(one => one && one.name !== 'manual')?.name ?? 'form';
  return { source, id: '', email, properties: {}, scoreHistory: [], activities: [] };
}

/** Contact and match; an account-based playbook has the company's name asked for, too, which comes with the contact. */
async function foundNow(
  asking: Asking,
  known: KnownContact,
  domain: string | undefined,
): Promise<[Contact | undefined, CrmMatch | undefined]> {
  const { crm } = asking.vendors;
  const isByName = crm !== undefined && mayBeAccountBased(asking.versioned.playbook, crm.traits);
  if (!isByName) return Promise.all([contactNow(asking, known), matchNow(asking, { ...(domain && { domain }) })]);
  const found = await contactNow(asking, known);
  const company = found?.company;
  const match = await matchNow(asking, { deals: true, ...(domain && { domain }), ...(company && { company }) });
  return [found, match];
}

async function matchNow(
  asking: Asking,
  more: { domain?: string; company?: string; deals?: boolean },
): Promise<CrmMatch | undefined> {
  const { vendors, email, notes } = asking;
  if (!vendors.crm) return undefined;
  try {
    return await vendors.crm.match({ email, ...more });
  } catch (thrown) {
    notes.push(
      `${unasked(vendors.crm.name, thrown)} A known ${vendors.crm.traits.words.company.one} or record may change where the lead goes.`,
    );
    return undefined;
  }
}

/** An outage is something to know; anything that is no Failure is a bug, and not for here. */
function unasked(service: string, thrown: unknown): string {
  const error = toError(thrown);
  if (!(error instanceof Failure)) throw error;
  return `${serviceName(service)} could not be asked (${failureReason(error)}).`;
}

async function factsOf(asking: Asking, contact: Contact, match: CrmMatch | undefined): Promise<Facts> {
  const { deps, workspaceId, vendors, versioned, email, notes } = asking;
  const silent: string[] = [];
  const enrichers = versioned.playbook.enrichment.flatMap(name => {
    const real = vendors.enrichers[name];
    return real ? [cachedOnly(real, silent)] : [];
  });
  const asked = companyToAsk(contact);
  const { company } = await enrich(
    { email, ...(asked.domain && { domain: asked.domain }), ...(asked.name && { company: asked.name }) },
    {
      enrichers,
      clock: deps.clock,
      limitMs: deps.patience.enrichment,
      cache: { get: (provider, key) => companyFacts(deps.db, workspaceId, provider, key), put: async () => {} },
    },
  );
  if (silent.length > 0) {
    notes.push(
      `${listed(silent.map(serviceName))} ${silent.length === 1 ? 'was' : 'were'} not asked about ${asked.domain ?? asked.name}, as that may cost a credit: a real lead would be, and may fit better.`,
    );
  }
  return { contact, company: joinFacts(company, contact.employer), ...(match && { match }), missing: [] };
}

/** Says what was remembered and nothing else; who would have been asked is noted. */
function cachedOnly({ name }: Enricher, silent: string[]): Enricher {
  return {
    name,
    async company(): Promise<EnrichAnswer> {
      silent.push(name);
      return { kind: 'none' };
    },
  };
}

async function crossingWords(
  { deps, workspaceId, versioned }: Asking,
  contact: Contact,
  known: KnownContact,
  score: number | null,
): Promise<string> {
  const now = deps.clock.now();
  const signal: Signal = { contactId: contact.id, occurredAt: now.toISOString(), via: 'poll', dedupeKey: 'simulated' };
  const connectedAt = (await connectedSince(deps.db, workspaceId, { vendor: contact.source, role: 'source' })) ?? now;
  const before = known.contacts.find(one => one.source === contact.source);
  const said = crossing({
    signal,
    before,
    contact,
    score,
    mql: mqlRulesOf(versioned.playbook, contact.source),
    connectedAt,
    lastCrossedAt: known.lastCrossedAt,
  });
  return said.kind === 'crossing'
    ? `handed off: ${said.reason}.`
    : `not handed off now: ${said.reason}. If it were new:`;
}
