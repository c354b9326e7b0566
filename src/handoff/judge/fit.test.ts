import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Playbook } from '../../config/playbook.ts';
import type { YesNoUnknown } from '../../domain/decision.ts';
import type { LeadFacts } from './facts.ts';
import { judgeFit } from './fit.ts';
import { matchingIndustry } from './industry.ts';

const FIT: Playbook['fit'] = {
  industries: ['Technology', 'Software', 'Financial Services'],
  employees: { min: 200, max: 5000 },
  countries: ['US', 'CA', 'GB', 'DE'],
  points: { industry: 30, employees: 25, country: 20, title: 25 },
  priority: { high: 70, medium: 40 },
  unknown: 'flag',
};

const NOTHING: LeadFacts = { answers: {}, unsubscribed: false, source: 'hubspot', properties: {} };

function fit(facts: Partial<LeadFacts>, decisionMaker: YesNoUnknown = 'yes', rules = FIT, hasCompany = true) {
  return judgeFit({ ...NOTHING, ...facts }, { decisionMaker, level: 'other', reason: 'because' }, rules, hasCompany);
}

const cases: [facts: Partial<LeadFacts>, decides: YesNoUnknown, score: number, priority: string, matches: string][] = [
  [{ industry: 'Technology', employees: 750, country: 'US' }, 'yes', 100, 'HIGH', 'yes yes yes yes'],
  [{ industry: 'Technology', employees: 750, country: 'US' }, 'no', 75, 'HIGH', 'yes yes yes no'],
  [{ industry: 'Retail', employees: 750, country: 'US' }, 'yes', 70, 'HIGH', 'no yes yes yes'],
  [{ industry: 'Retail', employees: 200, country: 'FR' }, 'yes', 50, 'MEDIUM', 'no yes no yes'],
  [{ industry: 'Retail', employees: 5001, country: 'US' }, 'no', 20, 'LOW', 'no no yes no'],
  // Over the known parts, as a share of all points.
  [{ industry: 'Technology', country: 'US' }, 'yes', 100, 'HIGH', 'yes unknown yes yes'],
  [{ industry: 'Technology', employees: 750 }, 'no', 69, 'MEDIUM', 'yes yes unknown no'],
  [{ industry: 'Retail', country: 'US' }, 'no', 27, 'LOW', 'no unknown yes no'],
  // Under half of the points known makes no HIGH.
  [{ employees: 5000 }, 'unknown', 69, 'MEDIUM', 'unknown yes unknown unknown'],
  [{ country: 'US' }, 'yes', 69, 'MEDIUM', 'unknown unknown yes yes'],
  [{ employees: 199 }, 'unknown', 0, 'LOW', 'unknown no unknown unknown'],
  // Nothing known of the company is MEDIUM, whatever the title.
  [{}, 'yes', 69, 'MEDIUM', 'unknown unknown unknown yes'],
  [{ employees: undefined }, 'no', 40, 'MEDIUM', 'unknown unknown unknown no'],
  [{}, 'unknown', 40, 'MEDIUM', 'unknown unknown unknown unknown'],
];

for (const [facts, decides, score, priority, matches] of cases) {
  test(`${JSON.stringify(facts)}, decision maker ${decides}: ${score} ${priority}`, () => {
    const verdict = fit(facts, decides);
    assert.deepEqual([verdict.score, verdict.priority], [score, priority]);
    assert.equal(verdict.parts.map(part => part.match).join(' '), matches);
    for (const part of verdict.parts) assert.notEqual(part.reason, '');
  });
}

test('without a company, or by the playbook’s word, what is unknown earns nothing', () => {
  for (const verdict of [
    fit({ country: 'US' }, 'no', FIT, false),
    fit({ country: 'US' }, 'no', { ...FIT, unknown: 'as_no' }),
  ]) {
    assert.deepEqual([verdict.score, verdict.priority, verdict.confidence], [20, 'LOW', 'low']);
  }
  assert.equal(fit({ industry: 'Technology', employees: 750, country: 'US' }).confidence, 'high');
});

test('priorities begin at their number', () => {
  const at = (high: number, medium: number) =>
    fit({ industry: 'Retail', employees: 1, country: 'US' }, 'no', { ...FIT, priority: { high, medium } }).priority;
  assert.deepEqual([at(20, 10), at(21, 20), at(30, 21)], ['HIGH', 'MEDIUM', 'LOW']);
});

test('a profile that asks for nothing in a part gives its points', () => {
  const open = fit({}, 'yes', { ...FIT, industries: [], employees: {}, countries: [] });
  assert.equal(open.score, 100);
  assert.match(open.parts[0]?.reason ?? '', /no particular industry/);
});

const industries: [industry: string, wanted: string[], found: string | undefined][] = [
  ['technology', ['Technology'], 'Technology'],
  ['COMPUTER_SOFTWARE', ['Technology', 'Software'], 'Software'],
  ['Information Technology and Services', ['Technology'], 'Technology'],
  ['FINANCIAL_SERVICES', ['Financial Services'], 'Financial Services'],
  ['SaaS', ['Software'], 'Software'],
  ['Tech', ['Technology'], 'Technology'],
  ['Biotechnology', ['Technology'], undefined],
  ['Services, Financial', ['Financial Services'], undefined],
  ['ソフトウェア', ['ソフトウェア'], 'ソフトウェア'],
  ['Retail', ['Technology'], undefined],
  ['', ['Technology'], undefined],
  ['constructor', ['Technology'], undefined],
  ['Technology', ['', ' - '], undefined],
];

for (const [industry, wanted, found] of industries) {
  test(`industry ${JSON.stringify(industry)} among ${JSON.stringify(wanted)}: ${found}`, () => {
    assert.equal(matchingIndustry(industry, wanted), found);
  });
}

test('the score is from 0 to 100, the unknown never earns, and what is known whole is the sum of its parts', () => {
  const facts = fc.record(
    { industry: fc.string({ unit: 'binary' }), employees: fc.double(), country: fc.string() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(facts, fc.constantFrom<YesNoUnknown>('yes', 'no', 'unknown'), (known, decides) => {
      const verdict = fit(known, decides);
      assert.ok(verdict.score >= 0 && verdict.score <= 100);
      const sum = verdict.parts.reduce((total, part) => total + part.points, 0);
      if (verdict.confidence === 'high') assert.equal(verdict.score, sum);
      else assert.ok(verdict.score >= sum || verdict.score === FIT.priority.high - 1);
      for (const part of verdict.parts) assert.equal(part.points, part.match === 'yes' ? part.possible : 0);
    }),
  );
});
