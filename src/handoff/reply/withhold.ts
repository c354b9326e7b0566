/** Why a lead is not answered by itself, the weightiest reason first. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import type { MailedBefore } from '../../db/handoffs/emails.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { WithheldReason } from '../../domain/first-answer.ts';
import { answersIn } from '../../domain/form/answers.ts';
import { isOpen } from '../../domain/handoff.ts';
import { countryCode, inRegion } from '../../domain/regions.ts';
import type { Facts } from '../core/facts.ts';
import { isMailable } from '../core/mail-sender.ts';
import { isCompetitor, isOwnAddress, isRoleAddress } from './addresses.ts';

export interface AnswerInput {
  handoff: Handoff<Facts>;
  playbook: Playbook;
  before: MailedBefore;
  /** Where it would go. */
  address: string;
  /** A CRM is connected: whoever is a customer can be known. */
  hasCrm: boolean;
  hasMailer: boolean;
}

/** Undefined: nothing speaks against it. What only keeps Baton from sending by itself comes last. */
export function whyWithheld(input: AnswerInput): WithheldReason | undefined {
  return whyNever(input) ?? (input.handoff.isTest || isChecked(input) ? undefined : 'unchecked');
}

/** What a rep who asks for it cannot overrule, if anything. */
export function whyNever(input: AnswerInput): WithheldReason | undefined {
  const { handoff, playbook } = input;
  if (handoff.isTest) return playbook.reply.test_leads ? stateReason(input) : 'test';
  return aboutAddress(input) ?? aboutPerson(input) ?? stateReason(input);
}

function aboutAddress({ handoff, playbook, address }: AnswerInput): WithheldReason | undefined {
  const { email, company } = handoff.judgement;
  if (!isMailable(address) || email.kind === 'malformed') return 'no_address';
  if (isRoleAddress(address)) return 'role_address';
  if (isOwnAddress(address, playbook)) return 'own_domain';
  const host = address.slice(address.lastIndexOf('@') + 1);
  const domains = [host, email.domain, company.domain, handoff.facts.company.domain];
  return isCompetitor(domains, playbook.reply.withhold.competitors) ? 'competitor' : undefined;
}

function aboutPerson({ handoff, playbook, before }: AnswerInput): WithheldReason | undefined {
  const { facts, judgement } = handoff;
  const { withhold } = playbook.reply;
  if (judgement.robot.suspect || facts.contact.doubt !== undefined || isAdvertising(facts)) return 'robot';
  if (before.unsubscribed || facts.contact.unsubscribed || judgement.flags.includes('unsubscribed')) return 'opted_out';
  if (before.bounced) return 'bounced';
  if (withhold.customers && isCustomer(facts)) return 'customer';
  if (withhold.open_deals && hasOpenDeal(facts)) return 'open_deal';
  if (!hasConsent(facts, withhold.consent_required_in)) return 'no_consent';
  return before.answered ? 'again' : undefined;
}

function stateReason({ handoff, before, hasMailer }: AnswerInput): WithheldReason | undefined {
  if (handoff.contactedAt !== null || before.byRep) return 'rep_faster';
  if (handoff.state === 'held') return 'held';
  if (!isOpen(handoff.state)) return 'closed';
  if (!hasMailer) return 'no_mail_server';
  return handoff.repEmail === null ? 'nobody' : undefined;
}

/** Nobody is called by more. */
const LONGEST_NAME = 80;
/** `https://…`, `www.…`, `rival.example/win`. */
const LINK = /:\/\/|\bwww\.|[\w-]\.[a-z]{2,}\//i;

/**
 * Somebody has Baton mail strangers: what a form says a person is called would stand in a mail of ours, at an address that
 * whoever filled it in chose. Of a company its own web address may stand for its name.
 */
function isAdvertising({ contact: { firstName, lastName, title, company } }: Facts): boolean {
  const names = [firstName, lastName].filter(name => name !== undefined);
  if (names.some(name => LINK.test(name) || name.length > LONGEST_NAME) || LINK.test(title ?? '')) return true;
  const isSite = /^(https?:\/\/)?[\w.-]+\/?$/i.test(company?.trim() ?? '');
  return company !== undefined && LINK.test(company) && !isSite;
}

/** The CRM has them as a contact who has bought; where it does not tell, as one of a company. */
function isCustomer({ match }: Facts): boolean {
  if (!match || match.contact.kind === 'none') return false;
  const { companyId, customer = companyId !== undefined } = match.contact.record;
  return customer;
}

function hasOpenDeal({ match, accountBased }: Facts): boolean {
  return (match?.deal !== undefined && match.deal.kind !== 'none') || accountBased?.openDeal !== undefined;
}

/** Everybody who had to be asked has answered. */
function isChecked({ handoff: { facts }, playbook, hasCrm }: AnswerInput): boolean {
  const { customers, open_deals } = playbook.reply.withhold;
  const isMatched = !hasCrm || !(customers || open_deals) || facts.match !== undefined;
  return isMatched && (facts.unchecked ?? []).length === 0;
}

/** What forms and tools send for a box that was checked, in words that people are shown beside it. */
const CHECKED =
  /^(on|1|y|yes|true|checked|agreed?|accept(ed)?|consent(ed)?|i (agree|accept|consent)|ja|oui|s[ií]|sim)(?!\p{L})/iu;

/**
 * A checked answer, or what the platform keeps. Where consent is asked for, silence is none, and a country that nobody knows counts as one that asks. Where the person
 * and their company are in different countries, either counts.
 */
function hasConsent({ contact, company }: Facts, places: readonly string[]): boolean {
  if (places.length === 0 || contact.consented || CHECKED.test(answersIn(contact).consent?.trim() ?? '')) return true;
  const countries = [countryCode(contact.country), countryCode(company.country)].filter(one => one !== undefined);
  if (countries.length === 0) return false;
  return !countries.some(country => places.some(place => place === country || inRegion(country, place)));
}
