import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chargeTurn, type RotationMember, returnTurn, rotationOrder } from './rotation.ts';

function member(email: string, weight = 1, credit = 0, available = true): RotationMember {
  return { email, weight, credit, available };
}

function after(members: readonly RotationMember[], credits: Record<string, number>): RotationMember[] {
  return members.map(one => ({ ...one, credit: credits[one.email] ?? Number.NaN }));
}

/** One turn by the book: who got it, and how the members stand then. */
function turn(members: readonly RotationMember[]): { taken: string; members: RotationMember[] } {
  const taken = rotationOrder(members)[0]?.email ?? 'nobody';
  return { taken, members: after(members, chargeTurn(members, taken)) };
}

function play(members: readonly RotationMember[], turns: number): { taken: string[]; members: RotationMember[] } {
  const taken: string[] = [];
  let now: readonly RotationMember[] = members;
  for (let count = 0; count < turns; count += 1) {
    const one = turn(now);
    taken.push(one.taken);
    now = one.members;
  }
  return { taken, members: [...now] };
}

function largestCredit(members: readonly RotationMember[]): number {
  return Math.max(...members.map(one => Math.abs(one.credit)));
}

function total(members: readonly RotationMember[]): number {
  return members.reduce((sum, one) => sum + one.credit, 0);
}

const team = fc
  .array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 })
  .map(weights => weights.map((weight, index) => member(`rep${index}@example.com`, weight)));

describe('the same people, the same weights', () => {
  it('takes equals in the order given, round after round', () => {
    const { taken } = play([member('b'), member('a'), member('c')], 7);
    assert.deepEqual(taken, ['b', 'a', 'c', 'b', 'a', 'c', 'b']);
  });

  it('spreads the turns of a weight instead of giving them in a row', () => {
    assert.deepEqual(play([member('marcus', 2), member('priya', 1)], 6).taken, [
      'marcus',
      'priya',
      'marcus',
      'marcus',
      'priya',
      'marcus',
    ]);
  });

  it('is never a whole turn away from the ideal, whatever the weights', () => {
    fc.assert(
      fc.property(team, fc.integer({ min: 1, max: 400 }), (start, turns) => {
        const weights = start.reduce((sum, one) => sum + one.weight, 0);
        const given = new Map<string, number>();
        let members: readonly RotationMember[] = start;
        for (let count = 1; count <= turns; count += 1) {
          const one = turn(members);
          members = one.members;
          given.set(one.taken, (given.get(one.taken) ?? 0) + 1);
          for (const { email, weight } of start) {
            const off = (given.get(email) ?? 0) - (count * weight) / weights;
            assert.ok(Math.abs(off) < 1 + 1e-6, `${email} is ${off} turns off after ${count}`);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('counts a hundred thousand turns without drifting', () => {
    const weights = [3, 1, 7, 1, 1, 2, 13, 5];
    const start = weights.map((weight, index) => member(`rep${index}`, weight));
    const { taken, members } = play(start, 99_000);
    weights.forEach((weight, index) => {
      assert.equal(taken.filter(one => one === `rep${index}`).length, (99_000 / 33) * weight);
    });
    assert.ok(largestCredit(members) < 1e-6, 'a whole number of rounds leaves nobody owed anything');
    assert.ok(Math.abs(total(members)) < 1e-6);
  });

  it('lines up everybody, the next first, and says how each stands', () => {
    assert.deepEqual(rotationOrder([member('priya', 1), member('marcus', 2)]), [
      { email: 'marcus', credit: 0.666666667, standing: 'slightly behind' },
      { email: 'priya', credit: 0.333333333, standing: 'slightly behind' },
    ]);
    const [, , last] = rotationOrder([member('a', 1, 0.5), member('b', 1, 0.5), member('c', 1, -1)]);
    assert.deepEqual(last, { email: 'c', credit: -0.666666667, standing: 'slightly ahead' });
    assert.equal(rotationOrder([member('only')])[0]?.standing, '1 lead behind');
    assert.equal(rotationOrder([member('a', 1, 0.5), member('b', 1, -0.5)])[1]?.standing, 'even with the others');
  });

  it('is empty when nobody is available', () => {
    assert.deepEqual(rotationOrder([member('a', 1, 0, false)]), []);
    assert.deepEqual(rotationOrder([]), []);
  });
});

describe('people come and go', () => {
  it('freezes those away: back after a hundred turns they are neither flooded nor starved', () => {
    const before = play([member('a'), member('b'), member('c')], 10).members;
    const owed = before.find(one => one.email === 'b')?.credit;
    const away = before.map(one => ({ ...one, available: one.email !== 'b' }));
    const during = play(away, 100);
    assert.equal(during.taken.includes('b'), false);
    assert.equal(during.members.find(one => one.email === 'b')?.credit, owed);
    const back = during.members.map(one => ({ ...one, available: true }));
    for (const turns of [3, 6, 30]) {
      const got = play(back, turns).taken.filter(one => one === 'b').length;
      assert.ok(Math.abs(got - turns / 3) <= 1, `b got ${got} of the next ${turns}`);
    }
  });

  it('starts a new member level with the rest', () => {
    const old = play([member('a'), member('b')], 51).members;
    const { taken } = play([...old, member('new')], 9);
    const got = taken.filter(one => one === 'new').length;
    assert.ok(got >= 2 && got <= 4, `the new one got ${got} of 9`);
  });

  it('closes the account of one who left, by weight, so that credits add up to nothing', () => {
    const left = [member('a', 1, -0.5), member('b', 3, -0.1), member('c', 1, 0.2, false)];
    const credits = chargeTurn(left, 'a');
    assert.ok(Math.abs(Object.values(credits).reduce((sum, credit) => sum + credit, 0)) < 1e-9);
    // 0.4 was owed to them by the one who left: 0.08 a unit of weight.
    assert.ok(Math.abs((credits.c ?? 0) - (0.2 + 0.08)) < 1e-9);
    assert.ok(Math.abs((credits.b ?? 0) - (-0.1 + 0.24 + 0.75)) < 1e-9);
  });

  it('keeps credits over an edit of weights and follows the new ones from there', () => {
    const before = play([member('a', 5), member('b', 1)], 100).members;
    const edited = before.map(one => ({ ...one, weight: one.email === 'a' ? 1 : 3 }));
    const { taken } = play(edited, 200);
    const got = taken.filter(one => one === 'a').length;
    assert.ok(Math.abs(got - 50) <= 2, `a got ${got} of 200 at one quarter`);
  });

  it('never builds up a debt, however people come, go and are reweighed', () => {
    const step = fc.record({
      flip: fc.nat(7),
      weight: fc.option(fc.integer({ min: 1, max: 50 }), { freq: 15 }),
    });
    fc.assert(
      fc.property(team, fc.array(step, { minLength: 100, maxLength: 500 }), (start, steps) => {
        let members: RotationMember[] = start.map(one => ({ ...one, weight: 1 + (one.weight % 50) }));
        for (const { flip, weight } of steps) {
          members = members.map((one, index) =>
            index === flip ? { ...one, available: !one.available, weight: weight ?? one.weight } : one,
          );
          if (members.some(one => one.available)) members = turn(members).members;
          // No rule that cannot see the future stays below one here; two and a bit is the worst seen in long runs.
          assert.ok(largestCredit(members) < 4, `off by ${largestCredit(members)}`);
          assert.ok(Math.abs(total(members)) < 1e-6);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('turns out of order', () => {
  it('charges whoever got the lead, first in order or not, available or not', () => {
    const members = [member('a'), member('b'), member('c', 1, 0, false)];
    assert.deepEqual(chargeTurn(members, 'b'), { a: 0.5, b: -0.5, c: 0 });
    const credits = chargeTurn(members, 'c');
    assert.ok(Math.abs((credits.c ?? 0) + 2 / 3) < 1e-9);
  });

  it('leaves the credits alone when a stranger got it', () => {
    assert.deepEqual(chargeTurn([member('a', 1, 0.25), member('b', 1, -0.25)], 'x'), { a: 0.25, b: -0.25 });
  });

  it('undoes a turn exactly', () => {
    fc.assert(
      fc.property(team, fc.nat(200), fc.nat(7), (start, turns, index) => {
        const { members } = play(start, turns);
        const email = members[index % members.length]?.email ?? '';
        const undone = returnTurn(after(members, chargeTurn(members, email)), email);
        for (const one of members) assert.ok(Math.abs((undone[one.email] ?? Number.NaN) - one.credit) < 1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps debts within the limit when another measure chooses', () => {
    let members: RotationMember[] = [member('a'), member('b'), member('c')];
    for (let count = 0; count < 50; count += 1) members = after(members, chargeTurn(members, 'a', 1));
    assert.ok(largestCredit(members) <= 1, `off by ${largestCredit(members)}`);
  });
});
