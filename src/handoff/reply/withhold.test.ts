import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE, playbookIn } from '../../../test/helpers/playbook.ts';
import type { MailedBefore } from '../../db/handoffs/emails.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { WithheldReason } from '../../domain/first-answer.ts';
import type { Contact } from '../../domain/lead.ts';
import type { Facts } from '../core/facts.ts';
import { whyWithheld } from './withhold.ts';

const NOTHING: MailedBefore = { answered: false, byRep: false, unsubscribed: false, bounced: false };
const OWNER = { id: '1', active: true, kind: 'user' } as const;
const NOBODY = { lead: { kind: 'none' }, contact: { kind: 'none' }, company: { kind: 'none' } } as const;
const ONE = { id: '3', companyId: '2', owner: OWNER };
const DEAL = { id: '4', name: 'Big', stage: 'Open', companyId: '2', owner: OWNER, createdAt: '' };

interface Given {
  email?: string;
  contact?: Partial<Contact>;
  facts?: Partial<Facts>;
  handoff?: Partial<Handoff<Facts>>;
  robot?: boolean;
  before?: Partial<MailedBefore>;
  hasMailer?: boolean;
  reply?: string;
}

const replySection = (more = '') => `reply: { enabled: true, from: "Us <hi@ours.example>" ${more} }\n\n`;

/** Lee of Acme, of the United States, whom the CRM does not know and Marcus has. */
function reasonFor({ email = 'lee@acmecorp.com', robot = false, ...given }: Given): WithheldReason | undefined {
  const contact = { source: 'form', id: '1', properties: {}, scoreHistory: [], activities: [], ...given.contact };
  const facts: Facts = {
    contact: { email, country: 'United States', ...contact },
    company: { origin: {} },
    match: NOBODY,
    missing: [],
    ...given.facts,
  };
  const judgement = {
    email: { kind: 'business', domain: 'acmecorp.com', reason: '' },
    company: { confidence: 'high', reason: '' },
    robot: { suspect: robot, reason: '' },
    flags: [],
  };
  const state = { state: 'assigned', repEmail: 'marcus@example.com', contactedAt: null, isTest: false };
  return whyWithheld({
    handoff: { ...state, facts, judgement, ...given.handoff } as unknown as Handoff<Facts>,
    playbook: playbookIn(EXAMPLE.replace(/^reply:[\s\S]*?\n\n/m, replySection(given.reply))),
    before: { ...NOTHING, ...given.before },
    address: email,
    hasCrm: true,
    hasMailer: given.hasMailer ?? true,
  });
}

const consents = (consent: string | undefined, country?: string): Given => ({
  contact: {
    ...(country === undefined ? { country: undefined } : { country }),
    ...(consent && { answers: { consent } }),
  } as never,
});

const TABLE: [what: string, given: Given, reason: WithheldReason | undefined][] = [
  ['nothing speaks against it', {}, undefined],
  ['no address', { email: '' }, 'no_address'],
  ['a list of addresses', { email: 'a@b.example,c@d.example' }, 'no_address'],
  ['a role', { email: 'Info@acmecorp.com' }, 'role_address'],
  ['a role with more to it', { email: 'no-reply+demo@acmecorp.com' }, 'role_address'],
  ['a machine', { email: 'noreply.crm@acmecorp.com' }, 'role_address'],
  ['a person called like one', { email: 'info.lee@acmecorp.com' }, undefined],
  ['our own people', { email: 'lee@mail.ours.example' }, 'own_domain'],
  [
    'a competitor',
    { email: 'lee@eu.rival.example', reply: ', withhold: { competitors: [rival.example] }' },
    'competitor',
  ],
  [
    'no competitor',
    { email: 'lee@notrival.example', reply: ', withhold: { competitors: [rival.example] }' },
    undefined,
  ],
  [
    'a competitor under a free address',
    {
      facts: { company: { domain: 'rival.example', origin: {} } },
      reply: ', withhold: { competitors: [rival.example] }',
    },
    'competitor',
  ],
  ['a robot by its clicks', { robot: true }, 'robot'],
  ['a name that advertises', { contact: { firstName: 'WIN at http://evil.example/win' } }, 'robot'],
  ['a name that is a letter', { contact: { lastName: 'you have won '.repeat(8) } }, 'robot'],
  ['a company that advertises', { contact: { company: 'Pay now: www.evil.example' } }, 'robot'],
  ['a company by its web address', { contact: { company: 'https://www.acme.example/' } }, undefined],
  ['a name with dots', { contact: { firstName: 'Dr.', lastName: 'J.R. van den Berg-Smith' } }, undefined],
  ['a robot by its form', { contact: { doubt: 'too quick' } }, 'robot'],
  ['opted out at the platform', { contact: { unsubscribed: true } }, 'opted_out'],
  ['opted out with our link', { before: { unsubscribed: true } }, 'opted_out'],
  ['mail came back', { before: { bounced: true } }, 'bounced'],
  ['a contact of an account', { facts: { match: { ...NOBODY, contact: { kind: 'one', record: ONE } } } }, 'customer'],
  [
    'a contact who has not bought',
    { facts: { match: { ...NOBODY, contact: { kind: 'one', record: { ...ONE, customer: false } } } } },
    undefined,
  ],
  [
    'customers are answered, too',
    {
      facts: { match: { ...NOBODY, contact: { kind: 'one', record: ONE } } },
      reply: ', withhold: { customers: false }',
    },
    undefined,
  ],
  ['a deal', { facts: { match: { ...NOBODY, deal: { kind: 'one', record: DEAL } } } }, 'open_deal'],
  ['no deal', { facts: { match: { ...NOBODY, deal: { kind: 'none' } } } }, undefined],
  ['silence in Germany', consents(undefined, 'Deutschland'), 'no_consent'],
  ['no in Canada', consents('no, thanks', 'CA'), 'no_consent'],
  ['yes in Germany', consents('I agree to be mailed', 'DE'), undefined],
  ['a checked box in the UK', consents('on', 'United Kingdom'), undefined],
  ['the platform keeps a consent', { contact: { country: 'DE', consented: true } }, undefined],
  ['an unknown country', consents(undefined), 'no_consent'],
  ['a country nobody knows', consents(undefined, 'Atlantis'), 'no_consent'],
  ['their company is in Germany', { facts: { company: { country: 'DE', origin: {} } } }, 'no_consent'],
  ['nobody asks for consent', { ...consents(undefined), reply: ', withhold: { consent_required_in: [] }' }, undefined],
  ['answered before', { before: { answered: true } }, 'again'],
  ['the rep called', { handoff: { contactedAt: new Date() } }, 'rep_faster'],
  ['the rep writes', { before: { byRep: true } }, 'rep_faster'],
  ['on hold', { handoff: { state: 'held', repEmail: null } }, 'held'],
  ['rejected', { handoff: { state: 'rejected' } }, 'closed'],
  ['no mail server', { hasMailer: false }, 'no_mail_server'],
  ['waits in a pool', { handoff: { repEmail: null } }, 'nobody'],
  ['the CRM did not answer', { facts: { match: undefined } as never }, 'unchecked'],
  ['a platform did not answer', { facts: { unchecked: ['a platform'] } }, 'unchecked'],
  ['a test', { handoff: { isTest: true } }, 'test'],
  [
    'a test that is asked for',
    { email: 'dana@example.com', handoff: { isTest: true }, reply: ', test_leads: true' },
    undefined,
  ],
];

for (const [what, given, reason] of TABLE) {
  test(`${what}: ${reason ?? 'answered'}`, () => assert.equal(reasonFor(given), reason));
}
