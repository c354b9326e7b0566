import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { input, LEAD, playbook, to } from '../../../test/helpers/route-samples.ts';
import { type RouteFacts, route } from './route.ts';

describe('whatever the state of the world', () => {
  const names = ['marcus', 'priya', 'tom', 'dana', 'chan'];
  const entry = fc.record({
    absences: fc.array(
      fc.record({ from: fc.date({ noInvalidDate: true }), until: fc.option(fc.date({ noInvalidDate: true })) }),
      { maxLength: 3 },
    ),
    slackActive: fc.constantFrom(true, false, null),
    crmActive: fc.constantFrom(true, false, null),
    open: fc.nat(5),
  });
  const target = fc.constantFrom(
    '{ team: office }',
    '{ team: always }',
    '{ team: least }',
    '{ team: pool }',
    '{ team: emea }',
    '{ person: chan@example.com }',
    '{ owner: account }',
    'nurture',
  );
  const fallback = fc.constantFrom(
    '{ team: always, person: dana@example.com }',
    '{ team: office }',
    '{ person: dana@example.com }',
    '{ team: pool, person: chan@example.com }',
  );
  const text = fc.option(fc.string(), { nil: undefined });
  const anyOwner = fc.record({
    id: fc.constantFrom('0051', '00G1'),
    email: fc.constantFrom(undefined, 'tom@example.com', 'eve@example.com'),
    active: fc.boolean(),
    kind: fc.constantFrom('user' as const, 'group' as const),
  });

  it('there is a decision with its reason, and nobody inactive or excluded but the fallback person gets it', () => {
    fc.assert(
      fc.property(
        target,
        fallback,
        fc.dictionary(fc.constantFrom(...names), entry),
        fc.record({
          leadSource: text,
          country: text,
          employees: fc.option(fc.double(), { nil: undefined }),
          account: fc.option(fc.record({ name: fc.constantFrom('Acme', 'Ünïted "Foods"'), owner: anyOwner })),
        }),
        fc.option(anyOwner),
        fc.subarray(names.map(name => `${name}@example.com`)),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }),
        fc.dictionary(
          fc.constantFrom(...names.map(name => `${name}@example.com`)),
          fc.double({ min: -9, max: 9, noNaN: true }),
        ),
        (target, fallback, entries, known, recordOwner, excluded, now, credits) => {
          const rules = playbook(to(target, '{ priority: HIGH }'), fallback);
          const facts = {
            ...LEAD,
            ...known,
            ...(recordOwner && { record: { kind: 'lead' as const, id: '1', owner: recordOwner } }),
          } as RouteFacts;
          const rotation = { office: credits, always: credits, least: credits };
          const { decision, rotation: after } = route(
            input(rules, { facts, roster: entries, excluded, now, rotation }),
          );
          assert.ok(decision.reason.length > 10 && decision.rule.length > 0);
          assert.doesNotMatch(decision.reason, /undefined|null|NaN|\(\)/);
          if (after) assert.ok(Object.values(after.credits).every(Number.isFinite));
          if (decision.to.kind === 'nobody') assert.ok(excluded.length > 0 || rules.fallback.person === undefined);
          if (decision.to.kind !== 'person') return;
          const { email } = decision.to;
          assert.ok(!excluded.includes(email), `${email} had it already`);
          assert.ok(!decision.skipped.some(one => one.email === email));
          if (email === rules.fallback.person && decision.to.via === 'fallback') return;
          const found = entries[email.split('@')[0] ?? ''];
          assert.ok(found?.slackActive !== false && found?.crmActive !== false, `${email} is inactive`);
          assert.ok(!found?.absences.some(one => one.from <= now && (one.until === null || one.until > now)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
