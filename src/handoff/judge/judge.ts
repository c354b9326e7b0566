import type { Playbook } from '../../config/playbook.ts';
import type { EmailVerdict, Judgement, ScoreVerdict } from '../../domain/decision.ts';
import type { CompanyFacts, Contact, PersonFacts } from '../../domain/lead.ts';
import { countryCode } from '../../domain/regions.ts';
import { judgeCompany } from './company.ts';
import { emailLists, judgeEmail } from './email.ts';
import { type LeadFacts, leadFacts } from './facts.ts';
import { judgeFit } from './fit.ts';
import { judgeRobot } from './robot.ts';
import { ownScore, ownScoreHistory } from './scoring.ts';
import { judgeTitle } from './title.ts';

export interface JudgeInput {
  contact: Contact;
  /** What enrichment and the source together know of the company; where it is silent the contact's own facts count. */
  company: CompanyFacts;
  person?: PersonFacts;
  playbook: Playbook;
}

type Verdicts = Omit<Judgement, 'outcome' | 'reason' | 'flags'>;

/** Everything Baton thinks of a lead, with reasons. Pure; never throws, whatever the lead typed. */
export function judge(input: JudgeInput, now: Date): Judgement {
  const { contact, company, playbook } = input;
  const facts = leadFacts(contact, company, input.person);
  const email = judgeEmail(contact.email);
  const title = judgeTitle(facts.title, playbook.validation.decision_maker_titles);
  const scoring = scoringOf(input, facts, email, title.level, now);
  const companyVerdict = judgeCompany(contact, email, company);
  const hasCompany = companyVerdict.confidence === 'high' && email.kind !== 'disposable';
  const verdicts: Verdicts = {
    email,
    company: companyVerdict,
    title,
    robot: judgeRobot(contact, now),
    fit: judgeFit(facts, title, playbook.fit, hasCompany),
    score: contact.score ?? scoring?.score ?? null,
    ...(scoring && { scoring }),
  };
  return { ...verdicts, ...outcomeOf(verdicts, input), flags: flagsOf(verdicts, contact, playbook) };
}

/** Reads the lists judging needs (under 100 ms, once a process): call at start so that no lead waits for them. */
export function warmJudging(): void {
  emailLists();
  countryCode('a name of no country reads them all');
}

/** The source's score is trusted where there is one; the playbook's own model speaks only where there is none. */
function scoringOf(
  { contact, playbook }: JudgeInput,
  facts: LeadFacts,
  email: EmailVerdict,
  titleLevel: Judgement['title']['level'],
  now: Date,
): ScoreVerdict | undefined {
  if (contact.score !== undefined || playbook.scoring === undefined) return undefined;
  const known = { ...facts, titleLevel, emailKind: email.kind, icpIndustries: playbook.fit.industries };
  return ownScore(playbook.scoring, contact.activities, known, now);
}

/** Changes of the score that counts: the source's, else those of the playbook's own by what the contact did. Pure. */
export function scoreHistoryOf(input: JudgeInput, now: Date): Contact['scoreHistory'] {
  const { contact, playbook } = input;
  if (contact.score !== undefined || playbook.scoring === undefined) return contact.scoreHistory;
  const facts = leadFacts(contact, input.company, input.person);
  const titleLevel = judgeTitle(facts.title, playbook.validation.decision_maker_titles).level;
  const emailKind = judgeEmail(contact.email).kind;
  const known = { ...facts, titleLevel, emailKind, icpIndustries: playbook.fit.industries };
  return ownScoreHistory(playbook.scoring, contact.activities, known, now);
}

/** First reason wins: what needs nobody's time (nurture) comes before what asks for somebody's (hold). */
function outcomeOf(verdicts: Verdicts, { contact, playbook }: JudgeInput): Pick<Judgement, 'outcome' | 'reason'> {
  const { email, fit, robot } = verdicts;
  const rules = playbook.validation;
  if (email.kind === 'disposable' && rules.disposable_email === 'nurture') {
    return { outcome: 'nurture', reason: `Nurture: ${email.reason}, and the playbook keeps those out of the CRM.` };
  }
  if (email.kind === 'free' && rules.free_email === 'nurture') {
    return { outcome: 'nurture', reason: `Nurture: ${email.reason}, and the playbook keeps those in nurture.` };
  }
  if (fit.priority === 'LOW' && !routesLow(playbook)) {
    const medium = playbook.fit.priority.medium;
    return {
      outcome: 'nurture',
      reason: `Nurture: fit ${fit.score} is LOW (MEDIUM starts at ${medium})${missing(verdicts)}.`,
    };
  }
  if (robot.suspect && rules.suspect_robot === 'hold') {
    return { outcome: 'hold', reason: `Held for a person: ${robot.reason}.` };
  }
  if (email.kind === 'malformed' && !contact.phone?.trim()) {
    return { outcome: 'hold', reason: `Held for a person: ${email.reason} and there is no phone number.` };
  }
  return { outcome: 'route', reason: `Sent to sales: fit ${fit.score} is ${fit.priority}${missing(verdicts)}.` };
}

/** A rule that names LOW and leads to people is the admin's word that LOW leads are wanted. */
function routesLow(playbook: Playbook): boolean {
  return playbook.routing.some(rule => rule.to.kind !== 'nurture' && rule.when.priority?.includes('LOW'));
}

/** Which parts of the fit earned nothing, unknown told apart from no, and whether there is an address to write to. */
function missing({ fit, email }: Verdicts): string {
  const short = fit.parts.filter(part => part.match !== 'yes' && part.possible > 0).map(part => part.reason);
  const reasons = email.kind === 'malformed' ? [email.reason, ...short] : short;
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

function flagsOf(verdicts: Verdicts, contact: Contact, playbook: Playbook): string[] {
  const { validation } = playbook;
  const { email, company, title, robot, fit } = verdicts;
  const flags: [string, boolean][] = [
    ['disposable_email', email.kind === 'disposable'],
    ['free_email', email.kind === 'free' && !email.relay && validation.free_email !== 'ignore'],
    ['relay_email', email.relay === true && validation.free_email !== 'ignore'],
    ['malformed_email', email.kind === 'malformed'],
    [
      'company_as_given',
      ['free', 'malformed'].includes(email.kind) &&
        company.confidence === 'high' &&
        validation.unknown_company === 'flag',
    ],
    ['unknown_company', company.confidence === 'low' && validation.unknown_company === 'flag'],
    ['low_confidence', fit.confidence === 'low' && company.confidence === 'high' && playbook.fit.unknown === 'flag'],
    ['not_decision_maker', title.decisionMaker === 'no' && validation.not_decision_maker === 'flag'],
    ['suspect_robot', robot.suspect && validation.suspect_robot !== 'ignore'],
    ['unsubscribed', contact.unsubscribed === true],
    ['form_unconfirmed', contact.unconfirmedBy !== undefined],
  ];
  return flags.filter(([, raised]) => raised).map(([name]) => name);
}
