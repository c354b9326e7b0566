import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModalView } from '@slack/types';
import fc from 'fast-check';
import type { Playbook } from '../../src/config/playbook.ts';
import type { HandoffSummary } from '../../src/db/handoffs/handoff-list.ts';
import type { HandoffState } from '../../src/domain/handoff.ts';
import type { EmailDraft, Refusal } from '../../src/handoff/commands.ts';
import { awayModal, handOverModal } from '../../src/slack/blocks/modals/away.ts';
import { laterOffers, startOfDay, timeWords } from '../../src/slack/blocks/modals/days.ts';
import { emailModal, mailto, optedOutText } from '../../src/slack/blocks/modals/email.ts';
import { logCallModal } from '../../src/slack/blocks/modals/log-call.ts';
import { noticeModal } from '../../src/slack/blocks/modals/notice.ts';
import { chosenFrom, whoMenu } from '../../src/slack/blocks/modals/people.ts';
import { reassignModal } from '../../src/slack/blocks/modals/reassign.ts';
import { rejectModal } from '../../src/slack/blocks/modals/reject.ts';
import { snoozeModal } from '../../src/slack/blocks/modals/snooze.ts';
import { timelineModal, whyModal } from '../../src/slack/blocks/modals/timeline.ts';
import { refusalText } from '../../src/slack/blocks/refusals.ts';
import { mrkdwnIn } from '../helpers/blocks.ts';
import { SALESFORCE } from '../helpers/crm.ts';
import { emmasCard } from './cards.ts';
import { emma, PLAYBOOK } from './emma.ts';
import { problemsInView } from './problems.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const crmWords = SALESFORCE.traits.words;
const LA = 'America/Los_Angeles';
const origin = { handoffId: emma.id, channel: 'C1', ts: '1.1' };
const draft: EmailDraft = {
  template: 'first_call',
  templates: [
    { id: 'first_call', name: 'After a first call' },
    { id: 'webinar', name: 'Webinar' },
  ],
  to: 'emma.thompson@acmecorp.com',
  subject: 'Acme Corp & us',
  body: 'Hi Emma,\n\n100% yours,\nMarcus',
  canSend: true,
  replyTo: 'marcus@example.com',
};

/** Everything a modal says. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

const said = (view: ModalView) => texts(view.blocks).join('\n');

interface Hostile {
  lead: HandoffSummary;
  words: string;
  draft: EmailDraft;
  playbook: Playbook;
}

/** Every modal there is, over the same words. */
function everyModal({ lead, words, draft: mail, playbook }: Hostile): ModalView[] {
  const person = {
    playbook,
    now: NOW,
    zone: LA,
    absences: [{ email: 'priya@example.com', from: NOW, until: null, note: words }],
  };
  const entries = Array.from({ length: 45 }, () => ({
    at: words,
    kind: 'touched' as const,
    actor: words,
    text: words,
    detail: {},
  }));
  const judgement = { ...emmasCard().judgement, reason: words, flags: [words, words] };
  const decision = {
    ...emmasCard().decision,
    rule: words,
    reason: words,
    facts: { company: words, employees: 750, tech: [words] },
    candidates: Array.from({ length: 60 }, () => ({ email: words, standing: words })),
    skipped: Array.from({ length: 60 }, () => ({ email: words, code: 'absent' as const, reason: words })),
  };
  return [
    logCallModal({ lead, contact: { name: words, email: words, phone: words, country: words }, now: NOW, origin }),
    rejectModal({ lead, origin }),
    reassignModal({ ...person, lead, except: lead.repEmail, origin }),
    snoozeModal({ lead, now: NOW, zone: LA, origin }),
    awayModal({ name: words, now: NOW, zone: LA, origin }),
    handOverModal({ ...person, said: 'You are away.', openLeads: 3, origin }),
    emailModal({ lead, draft: mail, origin }),
    emailModal({ lead, draft: { ...mail, canSend: false }, origin }),
    noticeModal(words, optedOutText(lead)),
    whyModal({ lead, timeline: { entries, decision, judgement }, crmWords, nameOf: String }),
    whyModal({ lead, timeline: { entries, decision: null, judgement }, crmWords, nameOf: String }),
    timelineModal({ lead, entries, zone: LA }),
    timelineModal({ lead, entries, zone: LA, page: 0 }),
    timelineModal({ lead, entries: [], zone: LA }),
  ];
}

test('Slack takes every modal as it is for Emma', () => {
  for (const view of everyModal({ lead: emma, words: 'Call back', draft, playbook: PLAYBOOK })) {
    assert.deepEqual(problemsInView(view, 'modal'), []);
  }
});

const evil = fc.oneof(
  fc.constantFrom('', ' ', '<!channel>', '<@U0MARCUS>', '*x*', '\u202egnp.exe', '&'.repeat(4_000), 'w'.repeat(4_000)),
  fc.constantFrom('👩‍💻'.repeat(700), '<https://evil.example|Salesforce>', '>quoted\n>>>more', '\ud800', 'a\u0000b'),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

test('whatever a lead, a template or a playbook says, Slack takes every modal, and nothing in it is a command', () => {
  const hostile = fc
    .record({ name: evil, email: evil, company: evil, words: evil, subject: evil, body: evil, to: evil, person: evil })
    .map(given => ({
      lead: { ...emma, name: given.name, email: given.email, company: given.company },
      words: given.words,
      draft: {
        ...draft,
        templates: [...draft.templates, { id: given.words, name: given.words }],
        to: given.to,
        subject: given.subject,
        body: given.body,
        replyTo: given.words,
      },
      playbook: {
        ...PLAYBOOK,
        people: PLAYBOOK.people.map((one, index) => ({ ...one, name: index === 0 ? given.person : one.name })),
      },
    }));
  fc.assert(
    fc.property(hostile, given => {
      for (const view of everyModal(given)) {
        assert.deepEqual(problemsInView(view, 'modal'), []);
        for (const one of mrkdwnIn(view.blocks)) {
          const bare = one.replace(/<!date\^\d+\^[^<>|]*\|[^<>]*>/g, '');
          assert.doesNotMatch(bare, /[<>]|undefined|NaN|[\u202a-\u202e]/);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a mail link opens with the whole mail, or says that its end is missing', () => {
  const { url, whole } = mailto(draft);
  assert.equal(whole, true);
  assert.equal(
    url,
    'mailto:emma.thompson@acmecorp.com?subject=Acme%20Corp%20%26%20us&body=Hi%20Emma%2C%0D%0A%0D%0A100%25%20yours%2C%0D%0AMarcus',
  );
  fc.assert(
    fc.property(evil, evil, evil, (to, subject, body) => {
      const made = mailto({ to, subject, body }).url;
      assert.ok(made.length <= 3_000);
      // One address, one subject, one text: nothing of the lead's adds a recipient or a header.
      assert.match(made, /^mailto:[^?&,;\s]*\?subject=[^?&\s]*&body=[^?&\s]*$/);
      assert.equal(new URL(made).search.includes('cc='), false);
      decodeURIComponent(made);
    }),
  );
  assert.equal(mailto({ ...draft, body: 'ü'.repeat(2_000) }).whole, false);
  const long = { ...draft, body: 'ü'.repeat(2_000) };
  assert.match(said(emailModal({ lead: emma, draft: long, origin })), /its end is missing there/);
  assert.equal(new URL(mailto({ ...draft, to: 'a@b.example?cc=all@acme.example' }).url).searchParams.has('cc'), false);
});

test('without a mail server there is nothing to send, and who can change that is said', () => {
  const view = emailModal({ lead: emma, draft: { ...draft, canSend: false }, origin });
  assert.equal(view.submit, undefined);
  assert.match(said(view), /An admin sets SMTP_URL/);
  assert.match(said(view), /100% yours/);
  assert.match(said(view), /mailto:emma/);
});

test('later means good moments of the own zone, each after now', () => {
  const offered = (now: string, zone: string) =>
    laterOffers(new Date(now), zone).map(({ at, words }) => `${words}: ${timeWords(at, zone)}`);
  assert.deepEqual(offered('2026-11-24T18:00:00Z', LA), [
    'In 1 hour: Tue, Nov 24, 11:00 AM',
    'This afternoon: Tue, Nov 24, 2:00 PM',
    'At the end of the day: Tue, Nov 24, 5:00 PM',
    'Tomorrow morning: Wed, Nov 25, 9:00 AM',
    'Next Monday: Mon, Nov 30, 9:00 AM',
  ]);
  // The same instant in London is evening; a Sunday's tomorrow is Monday, said once.
  assert.deepEqual(offered('2026-11-22T18:00:00Z', 'Europe/London'), [
    'In 1 hour: Sun, Nov 22, 7:00 PM',
    'Tomorrow morning: Mon, Nov 23, 9:00 AM',
  ]);
  // The night the clocks change in New York: nine o'clock stays nine o'clock.
  const [, , , sunday] = laterOffers(new Date('2026-10-31T16:00:00Z'), 'America/New_York');
  assert.equal(sunday?.at.toISOString(), '2026-11-01T14:00:00.000Z');
  assert.equal(startOfDay('2026-11-01', 'America/New_York', 1).toISOString(), '2026-11-02T05:00:00.000Z');
});

test('whom to choose: teams and people with those away marked, never whoever has it, read back against the playbook', () => {
  const until = new Date('2026-11-30T08:00:00Z');
  const menu = whoMenu('to', {
    playbook: PLAYBOOK,
    absences: [
      { email: 'priya@example.com', from: new Date(0), until, note: '' },
      { email: 'tom@example.com', from: until, until: null, note: 'not yet' },
    ],
    now: NOW,
    zone: LA,
    except: 'marcus@example.com',
  });
  const groups = (menu.option_groups ?? []).map(group => [
    group.label?.text,
    group.options.map(({ text }) => text.text),
  ]);
  assert.deepEqual(groups, [
    ['Rotation', ['Next in the rotation']],
    ['Teams', ['Enterprise AEs', 'Mid-market SDRs', 'EMEA SDRs', 'SDRs']],
    ['People', ['Chan Li', 'Dana Ruiz', 'Priya Nair (away until Mon, Nov 30)', 'Tom Okafor']],
  ]);
  const chosen = (menu.option_groups ?? [])
    .flatMap(group => group.options)
    .map(({ value }) => chosenFrom(PLAYBOOK, value));
  assert.deepEqual(chosen[0], { kind: 'next' });
  assert.deepEqual(chosen[2], { kind: 'team', team: 'mid_market_sdr' });
  assert.deepEqual(chosen[7], { kind: 'person', email: 'priya@example.com' });
  assert.equal(chosenFrom(PLAYBOOK, 'person:gone@example.com'), undefined);
});

test('three hundred people and an address of 250 characters still fit, and are still found', () => {
  const long = `${'x'.repeat(230)}@example.com`;
  const people = Array.from({ length: 300 }, (_, index) => ({
    email: index === 0 ? long : `rep${index}@example.com`,
    name: `Rep ${index}`,
    time_zone: LA,
  }));
  const playbook: Playbook = { ...PLAYBOOK, people };
  const view = reassignModal({ lead: emma, playbook, absences: [], now: NOW, zone: LA, origin });
  assert.deepEqual(problemsInView(view, 'modal'), []);
  const menu = whoMenu('to', { playbook, absences: [], now: NOW, zone: LA });
  const values = (menu.option_groups ?? []).flatMap(group => group.options).map(({ value }) => value);
  const read = values.map(value => chosenFrom(playbook, value));
  assert.equal(read.filter(to => to?.kind === 'person').length, 300);
  assert.ok(read.some(to => to?.kind === 'person' && to.email === long));
});

test('the timeline shows its newest page first and leads to the others', () => {
  const entries = Array.from({ length: 45 }, (_, index) => ({
    at: new Date(NOW.getTime() + index * 60_000).toISOString(),
    kind: 'touched' as const,
    actor: 'baton',
    text: `Thing ${index}.`,
    detail: {},
  }));
  const [last, first] = [undefined, 0].map(page =>
    said(timelineModal({ lead: emma, entries, zone: LA, ...(page !== undefined && { page }) })),
  );
  assert.match(last ?? '', /Thing 40\..*Thing 44\..*Page 3 of 3.*Earlier/s);
  assert.doesNotMatch(last ?? '', /Thing 39\.|Later/);
  assert.match(first ?? '', /Nov 24, 2026, 10:00 AM PST>: Thing 0\..*Page 1 of 3.*Later/s);
  assert.doesNotMatch(first ?? '', /Earlier/);
});

test('why: the rule, what it saw, the line, who was passed over, and who is next', () => {
  const decision = {
    ...emmasCard().decision,
    candidates: [
      { email: 'marcus@example.com', standing: 'slightly behind' },
      { email: 'priya@example.com', standing: 'slightly behind' },
    ],
    skipped: [{ email: 'tom@example.com', code: 'absent' as const, reason: 'on holiday' }],
  };
  const { judgement } = emmasCard();
  const timeline = { entries: [], decision, judgement };
  const shown = said(whyModal({ lead: emma, timeline, crmWords, nameOf: String }));
  assert.match(shown, /\*Rule:\* HIGH mid-market/);
  assert.match(shown, /\*What counted:\* priority HIGH/);
  assert.match(shown, /\*Next then:\* priya@example\.com/);
  assert.match(shown, /tom@example\.com: on holiday/);
});

const at = new Date(NOW.getTime() - 125_000);
const refusals: [Refusal, string][] = [
  [{ kind: 'not_found' }, 'Baton does not know this lead any more. It may have been erased.'],
  [{ kind: 'not_allowed', who: 'Dana Ruiz or an admin' }, 'Only Dana Ruiz or an admin can do this.'],
  [{ kind: 'unfit', field: 'at', why: 'A call cannot be in the future.' }, 'A call cannot be in the future.'],
  [
    { kind: 'closed', state: 'rejected', by: 'Priya <Nair>', at, reason: 'Duplicate: “twice”' },
    '*Priya &lt;Nair&gt;* rejected this lead 2 minutes ago: Duplicate: “twice”',
  ],
  [{ kind: 'closed', state: 'rejected' }, 'This lead was rejected.'],
  [{ kind: 'closed', state: 'nurture', by: 'Tom', at }, '*Tom* put this lead into nurture 2 minutes ago.'],
  [{ kind: 'closed', state: 'claimed', by: 'Tom', at }, '*Tom* claimed this lead 2 minutes ago.'],
  [{ kind: 'closed', state: 'assigned', by: 'Tom', at }, 'This lead was assigned to *Tom* 2 minutes ago.'],
  [{ kind: 'closed', state: 'held', reason: 'robot clicks' }, 'This lead is on hold: robot clicks'],
];

test('every refusal is a sentence', () => {
  for (const [refusal, sentence] of refusals) assert.equal(refusalText(refusal, NOW), sentence);
  const states: HandoffState[] = ['opened', 'assigned', 'contacted', 'won', 'lost', 'held'];
  for (const state of states) assert.match(refusalText({ kind: 'closed', state }, NOW), /^This lead (is|was) .+\.$/);
});
