import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeTitle } from './title.ts';

const LIST =
  'VP, Vice President, Director, Chief, CTO, CFO, CEO, Head of, President, Owner, Founder, Manager, Lead'.split(', ');

const cases: [title: string | undefined, decides: string, level: string][] = [
  ['VP Operations', 'yes', 'executive'],
  ['VP, Sales', 'yes', 'executive'],
  ['V.P. of Sales', 'yes', 'executive'],
  ['Vice-President', 'yes', 'executive'],
  ['Vice President, Global Marketing', 'yes', 'executive'],
  ['SVP Engineering', 'yes', 'executive'],
  ['Assistant Vice President', 'yes', 'executive'],
  ['Co-Founder & CEO', 'yes', 'executive'],
  ['Cofounder', 'yes', 'executive'],
  ['CTO / Co-founder', 'yes', 'executive'],
  ['C.E.O.', 'yes', 'executive'],
  ['Chief Revenue Officer', 'yes', 'executive'],
  ['COO', 'yes', 'executive'],
  ['Chief of Staff to the CEO', 'yes', 'executive'],
  ['Managing Director', 'yes', 'executive'],
  ['Owner/Operator', 'yes', 'executive'],
  ['Founder, ex-Google', 'yes', 'executive'],
  ['VP of Lead Generation', 'yes', 'executive'],
  ['President', 'yes', 'executive'],
  ['MBA Student & Founder', 'yes', 'executive'],
  ['Director', 'yes', 'manager'],
  ['Sr. Director', 'yes', 'manager'],
  ['DIRECTOR OF IT', 'yes', 'manager'],
  ['Marketing Director (EMEA)', 'yes', 'manager'],
  ['Head of Growth', 'yes', 'manager'],
  ['Head, Growth', 'yes', 'manager'],
  ['Project Manager', 'yes', 'manager'],
  ['Lead Generation Manager', 'yes', 'manager'],
  ['Student Success Manager', 'yes', 'manager'],
  ['Manager of International Sales', 'yes', 'manager'],
  ['Lead Engineer', 'yes', 'manager'],
  ['Team Lead', 'yes', 'manager'],
  ['Director, reporting to the CEO', 'yes', 'manager'],
  ['Assistant Director', 'yes', 'manager'],
  ['Assistant Director of Marketing', 'yes', 'manager'],
  ['Asst. Marketing Director', 'yes', 'manager'],
  ['Senior Assistant Director', 'yes', 'manager'],
  ['Assistant General Manager', 'yes', 'manager'],
  ['Assistant GM, Operations', 'yes', 'manager'],
  ['Assistant Head of Procurement', 'yes', 'manager'],
  ['AVP Lending', 'yes', 'executive'],
  ['Assistant to the Director', 'no', 'other'],
  ['Executive Assistant Director', 'no', 'other'],
  ['Director Assistant', 'no', 'other'],
  ['Former Assistant Director', 'no', 'other'],
  ['Assistant to the CEO', 'no', 'other'],
  ['Executive Assistant', 'no', 'other'],
  ['Executive Assistant to VP Sales', 'no', 'other'],
  ['EA to CEO', 'no', 'other'],
  ['CEO Assistant', 'no', 'other'],
  ['Assistant Manager', 'no', 'other'],
  ['Secretary to the President', 'no', 'other'],
  ['Project Coordinator, Office of the CEO', 'no', 'other'],
  ['Lead Generation Specialist', 'no', 'other'],
  ['Lead Gen Rep', 'no', 'other'],
  ['Inbound Lead Qualifier', 'no', 'other'],
  ['Team Lead Assistant', 'no', 'other'],
  ['Product Owner', 'no', 'other'],
  ['Former CEO', 'no', 'other'],
  ['Aspiring Founder', 'no', 'other'],
  ['CRO Specialist', 'no', 'other'],
  ['International Sales', 'no', 'other'],
  ['Internal Auditor', 'no', 'other'],
  ['Leadership Coach', 'no', 'other'],
  ['Software Engineer', 'no', 'other'],
  ['Misleading Chiefly Founders', 'no', 'other'],
  ['Intern', 'no', 'student_or_intern'],
  ['Marketing Intern', 'no', 'student_or_intern'],
  ['Marketing Manager Intern', 'no', 'student_or_intern'],
  ['Intern, Office of the CEO', 'no', 'student_or_intern'],
  ['Student at MIT', 'no', 'student_or_intern'],
  ['Student, aspiring manager', 'no', 'student_or_intern'],
  ['Student Body President', 'no', 'student_or_intern'],
  ['営業部長', 'unknown', 'unknown'],
  ['Директор', 'unknown', 'unknown'],
  ['Geschäftsführer', 'unknown', 'unknown'],
  ['مدير المبيعات', 'unknown', 'unknown'],
  ['', 'unknown', 'unknown'],
  ['  \t ', 'unknown', 'unknown'],
  ['---', 'unknown', 'unknown'],
  ['🚀', 'unknown', 'unknown'],
  [undefined, 'unknown', 'unknown'],
];

for (const [title, decides, level] of cases) {
  test(`${JSON.stringify(title)}: decision maker ${decides}, ${level}`, () => {
    const verdict = judgeTitle(title, LIST);
    assert.deepEqual([verdict.decisionMaker, verdict.level], [decides, level], verdict.reason);
  });
}

test('the playbook may list titles of any language', () => {
  const list = ['部長', 'Geschäftsführer', 'Директор'];
  for (const title of ['営業部長', 'Geschäftsführer', 'коммерческий директор']) {
    assert.equal(judgeTitle(title, list).decisionMaker, 'yes', title);
  }
});

test('a list of only CTO means the chief technology officer, written either way, and no other chief', () => {
  assert.equal(judgeTitle('Chief Technology Officer', ['CTO']).decisionMaker, 'yes');
  assert.equal(judgeTitle('Chief Financial Officer', ['CTO']).decisionMaker, 'no');
  assert.equal(judgeTitle('Vice President', ['President']).decisionMaker, 'no');
  assert.equal(judgeTitle('CEO', []).decisionMaker, 'no');
});

test('the reason quotes the title on one line and names the role found', () => {
  assert.equal(judgeTitle('VP\nOperations', LIST).reason, '"VP Operations" is a decision maker: VP');
  assert.ok(judgeTitle(`VP ${'x'.repeat(5_000)}`, LIST).reason.length < 200);
});

test('no text makes judging a title throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (title, list) => {
      const verdict = judgeTitle(title, list);
      assert.ok(['yes', 'no', 'unknown'].includes(verdict.decisionMaker));
    }),
  );
});

test('words around a role in another part never take it away', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('CEO', 'VP Sales', 'Director', 'Head of Growth'),
      fc.stringMatching(/^[a-z ]{0,20}$/),
      (role, other) => {
        assert.equal(judgeTitle(`${role}, ${other}`, LIST).decisionMaker, 'yes');
        assert.equal(judgeTitle(`${other} / ${role}`, LIST).decisionMaker, 'yes');
      },
    ),
  );
});
