import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { away, input, playbook, to } from '../../../test/helpers/route-samples.ts';
import { type RouteInput, route } from './route.ts';

/** Routes lead after lead, keeping the credits as the caller does; answers how many each one got. */
function routeMany(turns: number, at: (turn: number) => RouteInput, rotationBefore: RouteInput['rotation'] = {}) {
  const given: Record<string, number> = {};
  let rotation = rotationBefore;
  for (let turn = 0; turn < turns; turn += 1) {
    const made = route({ ...at(turn), rotation });
    assert.ok(made.decision.to.kind === 'person' && made.rotation);
    const name = made.decision.to.email.split('@')[0] ?? '';
    given[name] = (given[name] ?? 0) + 1;
    rotation = { ...rotation, [made.rotation.team]: made.rotation.credits };
  }
  return { given, rotation };
}

const WEIGHED = (weights: number[]) => `
teams:
  three: { name: Three, assign: weighted, members: [${['marcus', 'priya', 'tom'].map((name, index) => `{ person: ${name}@example.com, weight: ${weights[index]} }`).join(', ')}] }`;
const three = (...weights: number[]) =>
  playbook(to('{ team: three }'), '{ person: dana@example.com }', WEIGHED(weights));

describe('fairness over many leads', () => {
  for (const weights of [
    [1, 1, 1],
    [3, 2, 1],
    [7, 5, 1],
    [100, 1, 1],
  ]) {
    it(`500 leads at ${weights.join(':')} differ from the ideal by at most one, all the way`, () => {
      const rules = three(...weights);
      const total = weights.reduce((sum, one) => sum + one, 0);
      let rotation: RouteInput['rotation'] = {};
      const given = [0, 0, 0];
      for (let turn = 1; turn <= 500; turn += 1) {
        const one = routeMany(1, () => input(rules), rotation);
        rotation = one.rotation;
        ['marcus', 'priya', 'tom'].forEach((name, index) => {
          given[index] = (given[index] ?? 0) + (one.given[name] ?? 0);
          const off = (given[index] ?? 0) - (turn * (weights[index] ?? 0)) / total;
          assert.ok(Math.abs(off) <= 1, `${name} is off by ${off} after ${turn}`);
        });
      }
    });
  }

  it('somebody away for 100 leads is neither flooded nor starved when back', () => {
    const rules = three(1, 1, 1);
    const first = routeMany(50, () => input(rules));
    const during = routeMany(100, () => input(rules, { roster: { priya: away() } }), first.rotation);
    assert.equal(during.given.priya, undefined);
    assert.equal(during.given.marcus, 50);
    const after = routeMany(30, () => input(rules), during.rotation);
    assert.ok(Math.abs((after.given.priya ?? 0) - 10) <= 1, JSON.stringify(after.given));
    const soon = routeMany(3, () => input(rules), during.rotation);
    assert.ok((soon.given.priya ?? 0) <= 2);
  });

  it('follows edited weights from the moment of the edit, keeping the credits', () => {
    const [before, edited] = [three(5, 1, 1), three(1, 2, 3)];
    const first = routeMany(101, () => input(before));
    const after = routeMany(600, () => input(edited), first.rotation);
    for (const [name, ideal] of [
      ['marcus', 100],
      ['priya', 200],
      ['tom', 300],
    ] as const) {
      assert.ok(Math.abs((after.given[name] ?? 0) - ideal) <= 2, `${name} got ${after.given[name]}, not ${ideal}`);
    }
  });

  it('gives by fewest open, and by turns among equals', () => {
    const rules = playbook(to('{ team: least }'));
    const open: Record<string, number> = { marcus: 5, priya: 0, tom: 2 };
    let rotation: RouteInput['rotation'] = {};
    const order: string[] = [];
    for (let turn = 0; turn < 11; turn += 1) {
      const entries = Object.fromEntries(Object.entries(open).map(([name, count]) => [name, { open: count }]));
      const one = routeMany(1, () => input(rules, { roster: entries }), rotation);
      rotation = one.rotation;
      const [name = ''] = Object.keys(one.given);
      open[name] = (open[name] ?? 0) + 1;
      order.push(name);
    }
    assert.deepEqual(order.slice(0, 2), ['priya', 'priya']);
    assert.deepEqual(open, { marcus: 6, priya: 6, tom: 6 });
  });
});
