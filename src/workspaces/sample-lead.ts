/** What would become of a lead under the playbook of now: judged and held against every rule. Pure; nothing is done. */
import type { Playbook, RoutingRule } from '../config/playbook.ts';
import type { Judgement } from '../domain/decision.ts';
import type { Contact, SourceName } from '../domain/lead.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { judge } from '../handoff/judge/judge.ts';
import { explainRules, routeFacts } from '../handoff/route/route.ts';

/** A lead as an admin describes it. Absent = unknown. */
export interface Sample {
  email: string;
  source: SourceName;
  title?: string | undefined;
  company?: string | undefined;
  employees?: number | undefined;
  industry?: string | undefined;
  country?: string | undefined;
  score?: number | undefined;
  leadSource?: string | undefined;
  productInterest?: string | undefined;
}

export interface Tried {
  judgement: Judgement;
  threshold: number;
  /** Every rule in order: does it take the lead, and what speaks for or against it. */
  rules: { rule: string; yes: boolean; why: string }[];
  /** The first rule that takes it; absent: none does, and the fallback has it. */
  match?: RoutingRule;
}

/** The facts of a described lead, as if its source had told them. */
export function factsOf(sample: Sample): Facts {
  const { email, source, title, company, employees, industry, country, score, leadSource, productInterest } = sample;
  const contact: Contact = {
    source,
    id: 'sample',
    email,
    properties: {},
    scoreHistory: [],
    activities: [],
    ...(title !== undefined && { title }),
    ...(company !== undefined && { company }),
    ...(employees !== undefined && { employees }),
    ...(industry !== undefined && { industry }),
    ...(country !== undefined && { country }),
    ...(score !== undefined && { score }),
    ...(leadSource !== undefined && { leadSource }),
    ...(productInterest !== undefined && { productInterest }),
  };
  return { contact, company: { origin: {} }, missing: [] };
}

export function tryLead(playbook: Playbook, facts: Facts, now: Date): Tried {
  const { contact, company, person } = facts;
  const judgement = judge({ contact, company, playbook, ...(person && { person }) }, now);
  const rules = explainRules({ playbook, facts: routeFacts(facts, judgement, playbook) });
  const match = playbook.routing[rules.findIndex(({ yes }) => yes)];
  return { judgement, threshold: playbook.mql.threshold, rules, ...(match && { match }) };
}
