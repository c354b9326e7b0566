import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InputBlock, ModalView, StaticSelect } from '@slack/types';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { nurtureKinds, sourceLabels } from '../../src/config/playbook.ts';
import type { WatchedLead } from '../../src/db/workspaces/mode.ts';
import { SETUP_STEPS, type SetupStepName } from '../../src/db/workspaces/setup-steps.ts';
import { connectionButtons } from '../../src/slack/blocks/connect.ts';
import { SETUP_PAGES, type SetupPage, setupTab } from '../../src/slack/blocks/home/admin.ts';
import { healthPage } from '../../src/slack/blocks/home/admin-health.ts';
import {
  peoplePage,
  playbookPage,
  rulesPage,
  teamsPage,
  templatesPage,
  versionsPage,
} from '../../src/slack/blocks/home/admin-playbook.ts';
import { checklistPage } from '../../src/slack/blocks/home/checklist.ts';
import { connectionsPage } from '../../src/slack/blocks/home/connections.ts';
import { homeView } from '../../src/slack/blocks/home/home.ts';
import { answerForm, removeAnswerForm } from '../../src/slack/blocks/playbook/answers.ts';
import { conditionForm } from '../../src/slack/blocks/playbook/conditions.ts';
import { rangeIn, rangeText } from '../../src/slack/blocks/playbook/fields.ts';
import type { Form } from '../../src/slack/blocks/playbook/form.ts';
import { ladderForm } from '../../src/slack/blocks/playbook/ladders.ts';
import { previewModal, testSentModal } from '../../src/slack/blocks/playbook/mail-preview.ts';
import { nurtureForm } from '../../src/slack/blocks/playbook/nurture.ts';
import { personForm, removePersonForm } from '../../src/slack/blocks/playbook/people.ts';
import { removeRuleForm, ruleForm } from '../../src/slack/blocks/playbook/rules.ts';
import { sampleIn, sampleModal, triedModal } from '../../src/slack/blocks/playbook/sample.ts';
import {
  fallbackForm,
  fitForm,
  followUpForm,
  notifyForm,
  promisesForm,
  thresholdForm,
} from '../../src/slack/blocks/playbook/sections.ts';
import { membersForm, removeTeamForm, teamForm } from '../../src/slack/blocks/playbook/teams.ts';
import { removeTemplateForm, templateForm } from '../../src/slack/blocks/playbook/templates.ts';
import {
  changesModal,
  importedModal,
  importModal,
  notSavedText,
  restoreModal,
  savedText,
} from '../../src/slack/blocks/playbook/versions.ts';
import { filledIn } from '../../src/slack/forms.ts';
import type { Condition } from '../../src/workspaces/admin.ts';
import type { Offer } from '../../src/workspaces/connect.ts';
import { writtenIn } from '../../src/workspaces/playbook-edits/document.ts';
import type { Text } from '../../src/workspaces/playbook-service.ts';
import { factsOf, tryLead } from '../../src/workspaces/sample-lead.ts';
import type { Checklist } from '../../src/workspaces/setup/checklist.ts';
import { SALESFORCE } from '../helpers/crm.ts';
import { PLAYBOOK_VENDORS, playbookIn } from '../helpers/playbook.ts';
import { emma } from './emma.ts';
import { problemsInView } from './problems.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const HOME = JSON.stringify({ tab: 'setup', at: { kept: 'x'.repeat(1_800) } });
const LONG_KEY = 'k'.repeat(58);

/** A company as large and as badly named as a playbook may be. */
function playbook(given: string, size: number): Text {
  // A playbook has half a million characters at most.
  const name = Array.from(given)
    .slice(0, size > 2 ? 200 : 900)
    .join('');
  const email = (index: number) => `${'*_~`&'.repeat(3)}${index}${'x'.repeat(index === 0 ? 220 : 60)}@example.com`;
  const people = Array.from({ length: size }, (_, index) => ({
    email: email(index),
    name: `${name}${index}`.slice(0, 2_000),
    time_zone: 'America/Argentina/ComodRivadavia',
    manager: index === 1 ? email(0) : undefined,
    hours: { from: '09:00', to: '17:00', holidays: 'US' },
  }));
  const members = people.map(one => ({ person: one.email, weight: 3, open_limit: 9 }));
  const teams = Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      `${LONG_KEY}${index}`.slice(-60),
      { name: `${name}${index}`.slice(0, 2_000), assign: 'weighted', channel: '#mql', members, manager: email(0) },
    ]),
  );
  const rules = Array.from({ length: size + 60 }, (_, index) => ({
    name: `${name.slice(0, 1_990)}${index}`,
    when: { industry: [name, 'x'.repeat(50)], property: { [name]: [name, 'y'] }, employees: { above: index } },
    to: index % 2 ? { team: Object.keys(teams)[0] } : { person: email(0) },
  }));
  const ladder = {
    respond_within: '1h',
    steps: Array.from({ length: 40 }, (_, index) => ({ at: `${index + 1}m`, do: 'remind' })),
  };
  const yaml = stringify({
    version: 1,
    mql: { threshold: 50 },
    fit: {
      industries: [name],
      points: { industry: 30, employees: 25, country: 20, title: 25 },
      priority: { high: 70, medium: 40 },
    },
    people,
    admins: [email(0)],
    teams,
    routing: rules,
    fallback: { team: Object.keys(teams)[0], person: email(0) },
    sla: { HIGH: ladder },
    reply: {
      templates: Array.from({ length: size }, () => ({
        when: { team: Object.keys(teams)[0], language: [name.slice(0, 200)] },
        subject: name,
        body: name,
      })),
    },
    templates: Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `${LONG_KEY}${index}`.slice(-60),
        { name, subject: name, body: 'Hi' },
      ]),
    ),
  });
  const { sequencers } = PLAYBOOK_VENDORS;
  const offered = { sources: sourceLabels(PLAYBOOK_VENDORS), nurtures: nurtureKinds(PLAYBOOK_VENDORS), sequencers };
  return { version: 123, yaml, written: writtenIn(yaml), playbook: playbookIn(yaml), ...offered };
}

const FORMS: [Form, string[]][] = [
  [thresholdForm, []],
  [fitForm, []],
  [promisesForm, []],
  [notifyForm, []],
  [followUpForm, []],
  [nurtureForm, []],
  [fallbackForm, []],
  [ladderForm, ['HIGH', 'LOW']],
  [personForm, ['0', '1']],
  [removePersonForm, ['0']],
  [ruleForm, ['0', '1', '70']],
  [removeRuleForm, ['0']],
  [answerForm, ['0', '70']],
  [removeAnswerForm, ['0']],
];

function everyModal(words: string, text: Text): ModalView[] {
  const team = Object.keys(text.playbook.teams)[0] ?? '';
  const forms: [Form, string[]][] = [
    ...FORMS,
    [teamForm, [team]],
    [membersForm, [team]],
    [removeTeamForm, [team]],
    [templateForm, [team]],
    [removeTemplateForm, [team]],
  ];
  const origin = { home: HOME, basedOn: '123', at: team };
  const drawn = forms.flatMap(([form, places]) =>
    [undefined, ...places].map(at => form.draw({ text, at }, origin, SALESFORCE.traits.words)),
  );
  const version = { version: 7, by: words, at: NOW, note: words };
  const lines = Array.from({ length: 200 }, () => words);
  const sample = factsOf({
    email: words,
    source: 'form',
    title: words,
    industry: words,
    country: words,
    leadSource: words,
  });
  const lead = { ...emma, name: words, company: words };
  return [
    ...drawn.filter(view => view !== undefined),
    changesModal({ ...version, difference: lines }, origin),
    changesModal({ ...version, difference: [] }, origin),
    restoreModal(version, origin),
    importModal(origin),
    importedModal({ kind: 'ready', draft: 'd'.repeat(36), basedOn: 1, difference: lines, summary: '' }, origin),
    importedModal({ kind: 'unfit', problems: lines.map(message => ({ message })) }, origin),
    importedModal({ kind: 'same' }, origin),
    sampleModal(
      Array.from({ length: 120 }, () => lead),
      text.sources,
      origin,
    ),
    ...[true, false].map(is =>
      previewModal({
        lead: { name: words, company: words, isExample: is, isMeant: is },
        signedBy: words,
        mail: is
          ? { ok: true, subject: words, body: `${words}\n`.repeat(900).slice(0, 20_000) }
          : { ok: false, why: words },
        ...(is && { withheld: 'competitor' as const, isOff: true as const, hasFooter: true as const }),
      }),
    ),
    testSentModal({ kind: 'failed', why: words }),
    triedModal(tryLead(text.playbook, sample, NOW), text.playbook, origin),
  ];
}

function everyPage(words: string, text: Text): Record<SetupPage, ReturnType<typeof setupTab>> {
  const line = { version: 7, by: words, at: NOW, note: words };
  const group = {
    id: '1',
    verdict: 'bug' as const,
    vendor: null,
    reason: words,
    reference: words,
    jobs: 3,
    since: NOW,
    last: NOW,
  };
  const condition: Condition = {
    mode: 'live',
    health: {
      connections: [],
      backlog: {
        jobs: 3,
        oldestJobSeconds: 90,
        signals: 1,
        oldestSignalSeconds: 1,
        parkedForConnection: 1,
        parkedForPeople: 1,
      },
      lacking: [],
      notes: [],
      unmatched: { slack: Array.from({ length: 60 }, () => words), crm: [words] },
      playbook: { version: 1, author: words, note: words, at: NOW },
    },
    connections: Array.from({ length: 30 }, (_, index) => ({
      vendor: words,
      role: 'source' as const,
      status: index % 2 ? ('paused' as const) : ('active' as const),
      pausedReason: words,
      pausedAt: NOW,
      connectedAt: NOW,
      cursor: null,
      lastSignalAt: null,
    })),
    stuck: {
      rows: Array.from({ length: 10 }, () => ({ ...group, job: 'handoff.record' as const })),
      total: 40,
      page: 1,
      pages: 4,
    },
    kept: Array.from({ length: 12 }, (_, at) => ({ id: `005${at}`, name: words, by: words, until: NOW })),
  };
  return {
    start: checklistPage(checklist(words), NOW, { offers: offersOf(words), keyed: [] }),
    health: healthPage(condition, NOW),
    connections: connectionsPage({
      connected: condition.connections.map(one => ({
        vendor: words,
        connections: [one, one],
        calls: { calls: 1, allowed: 2, meter: { used: 3, limit: 4 } },
        isLeft: true,
        openLeads: 2,
      })),
      offers: Array.from({ length: 30 }, (_, at) => ({ vendor: `${words}${at}`, roles: [], login: undefined })),
      hookKey: { by: 'baton', oldUntil: NOW },
      now: NOW,
    }),
    playbook: playbookPage(text, line),
    people: peoplePage(text, 1),
    teams: teamsPage(text, 1),
    rules: rulesPage(text, 1),
    templates: templatesPage(text, 0),
    versions: versionsPage({ rows: Array.from({ length: 15 }, () => line), total: 99, page: 1, pages: 7 }, 9),
  };
}

const offersOf = (words: string) =>
  Array.from({ length: 12 }, () => ({ vendor: words, roles: ['source', 'crm'], login: undefined }));

test('a source connected by logging in has its webhook set-up, and Disconnect says that no lead comes in', () => {
  const login = { status: 'active' } as NonNullable<Offer['login']>;
  const shown = (roles: string[], hasHookSetup: boolean) =>
    JSON.stringify(connectionButtons({ vendor: 'pardot', roles, login, hasHookSetup }));
  assert.match(shown(['source'], true), /"hook_setup".*No lead of [^"]+ comes in until somebody connects it again/);
  assert.match(shown(['source', 'crm'], false), /Leads still reach their reps/);
  assert.doesNotMatch(shown(['source', 'crm'], false), /hook_setup/);
});

test('the first step offers what can be connected: forms of pages are always there, form tools need a secret', () => {
  const list = { ...checklist('Words'), asksScore: false, scored: [] };
  const keyed = (['built_in', 'none'] as const).map(state => ({
    vendor: `v_${state}`,
    roles: ['source'],
    fields: [],
    state,
  }));
  const page = JSON.stringify(checklistPage(list, NOW, { offers: [], keyed }));
  assert.deepEqual([page.includes('"v_none"'), page.includes('"v_built_in"')], [true, false]);
});

/** The most that a checklist holds: every step open or in trouble, and leads watched. */
function checklist(words: string): Checklist {
  const step = (name: SetupStepName, at: number) => ({
    name,
    state: (['trouble', 'open', 'done'] as const)[at % 3] ?? 'open',
    text: words,
    at: NOW,
    skipped: false,
    askedOf: words,
  });
  const judgement = {} as WatchedLead['judgement'];
  return {
    steps: SETUP_STEPS.map(step),
    connected: { source: [], crm: [words] },
    next: 'source',
    mode: 'watch',
    modeSince: NOW,
    modeBy: words,
    watched: {
      rows: Array.from({ length: 8 }, () => ({ name: words, at: NOW, text: words, judgement, decision: null })),
      total: 99,
    },
    asksScore: true,
    scored: Array.from({ length: 8 }, () => words),
    crm: words,
    isComplete: false,
  };
}

function mrkdwnTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnTexts);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(mrkdwnTexts);
}

const evil = fc
  .oneof(
    fc.constantFrom('<!channel>', '<@U0MARCUS>', '*x*', '\u202egnp.exe', '&'.repeat(900), 'w'.repeat(1_900), '{{ x }}'),
    fc.constantFrom(
      '👩‍💻'.repeat(200),
      '<https://evil.example|Salesforce>',
      '>quoted',
      ': # x',
      '&a *b',
      '- [',
      '0x10',
      'null',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  )
  .map(text =>
    text
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, ' ')
      .trim(),
  )
  .filter(text => text.length > 0 && text !== '__proto__' && !/[{}%]/.test(text));

test('whatever people, rules, reasons and notes are called: Slack takes every page and modal, and nothing in them is a command', () => {
  fc.assert(
    fc.property(evil, fc.constantFrom(1, 2, 60), (words, size) => {
      const text = playbook(words, size);
      for (const view of everyModal(words, text)) {
        assert.deepEqual(problemsInView(view, 'modal'), [], JSON.stringify(view).slice(0, 400));
        assert.ok((view.private_metadata ?? '').length <= 3_000);
        check(view.blocks);
      }
      for (const [page, blocks] of Object.entries(everyPage(words, text))) {
        const tab = setupTab(page as SetupPage, blocks);
        const view = homeView({ tabs: ['team', 'setup'], tab: 'setup', state: { at: {} }, blocks: tab, now: NOW });
        assert.ok(tab.length <= 94, `${page} has ${tab.length} blocks`);
        assert.deepEqual(problemsInView(view, 'home'), [], page);
        check(view.blocks);
      }
      for (const said of [
        savedText({ kind: 'saved', version: 2, note: words, underWay: 2 }),
        notSavedText({ kind: 'conflict', by: words, at: NOW, note: words, version: 3 }, NOW),
        notSavedText({ kind: 'unfit', problems: [{ message: words }] }, NOW),
      ]) {
        assert.ok(said.length <= 3_000);
        check([{ type: 'mrkdwn', text: said }]);
      }
    }),
    { numRuns: 25 },
  );
});

function check(blocks: unknown): void {
  for (const text of mrkdwnTexts(blocks)) {
    const commands = [...text.matchAll(/<[^>]*>?/g)]
      .map(([found]) => found)
      .filter(found => !found.startsWith('<!date^'));
    assert.deepEqual(commands, [], text);
  }
}

test('every page of Set-up has its button', () => {
  assert.deepEqual(Object.keys(everyPage('x', playbook('x', 1))).sort(), Object.keys(SETUP_PAGES).sort());
});

test('where a lead comes from is chosen among the sources of the table, the first of them at first', () => {
  const sources = { mapper: 'Mapper', workspace: 'TestWorkspace' };
  const origin = { home: HOME, basedOn: '123' };
  const chosenIn = (view: ModalView | undefined, name = 'source') => {
    const block = view?.blocks.find(one => one.block_id === name) as InputBlock | undefined;
    const element = block?.element as StaticSelect | undefined;
    const offered = element?.options?.map(option => [option.value, option.text.text]);
    return { offered, initial: element?.initial_option?.value };
  };
  const offered = Object.entries(sources);
  assert.deepEqual(chosenIn(sampleModal([], sources, origin)), { offered, initial: 'mapper' });
  const given = { when: {}, name: 'source' as const, sources, crmWords: SALESFORCE.traits.words };
  const condition = conditionForm(given, origin);
  assert.deepEqual(chosenIn(condition, 'value:source'), { offered, initial: undefined });
  const filled = filledIn({ state: { values: { email: { email: { type: 'plain_text_input', value: 'a@b.co' } } } } });
  assert.deepEqual(sampleIn(filled), { errors: { source: 'Choose where it comes from.' } });
});

test('a range reads back as it was shown, and what nobody understands is not guessed', () => {
  fc.assert(
    fc.property(
      fc.record(
        { above: fc.integer(), min: fc.integer(), below: fc.integer(), max: fc.integer() },
        { requiredKeys: [] },
      ),
      range => {
        const shown = rangeText(range);
        assert.deepEqual(rangeIn(shown || undefined), Object.keys(range).length > 0 ? { ...range } : undefined);
      },
    ),
  );
  assert.deepEqual(rangeIn('200 – 5,000'), { min: 200, max: 5000 });
  assert.deepEqual(rangeIn('over 1,000'), { above: 1000 });
  assert.deepEqual(rangeIn('60+'), { min: 60 });
  for (const text of ['many', '10', 'above', 'above 1.2.3', '']) assert.equal(rangeIn(text), 'unreadable');
});
