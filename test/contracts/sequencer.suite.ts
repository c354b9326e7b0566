/** What every tool with sequences must do, run over each by its own stand-in. */
import assert from 'node:assert/strict';
import { afterEach, before, describe, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { Enrolling, Enrolment, EnrolmentTicket, Sequencer } from '../../src/contracts/sequencer.ts';
import { Ambiguous, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { press } from '../helpers/control.ts';

/** Somebody in a sequence, as the stand-in shows them. */
export interface Shown {
  email: string;
  sequence: string;
  /** The address that sends. */
  by: string;
}

export interface SequencerBench {
  name: string;
  /** Fresh, with Marcus as a user. */
  open(): Promise<Sandbox>;
  make(sandbox: Sandbox, how?: { wrongKey?: true }): Sequencer;
  /** A sequence there; answers its id. */
  sequence(sandbox: Sandbox, name: string): Promise<string>;
  enrolled(sandbox: Sandbox): Promise<Shown[]>;
  people(sandbox: Sandbox): Promise<string[]>;
  /** The lead replied, or somebody there took them out. */
  end(sandbox: Sandbox, email: string, how: { replied: boolean }): Promise<void>;
  /** Parts of the paths of what `prove` calls first, and of the call that enrols. */
  paths: { first: string; enrol: string };
}

export const MARCUS = 'marcus@example.com';
export const LEE = {
  email: 'lee.o+brien@acme.example',
  firstName: 'Lee',
  lastName: `O'Brien\\ & "Co"`,
  title: 'VP <Ops>',
  company: 'Acme, Inc.',
};
export const INBOUND: Enrolling = { sequence: 'Inbound, fast', rep: MARCUS, lead: LEE };

export async function readyTicket(sequencer: Sequencer, asked: Enrolling = INBOUND): Promise<EnrolmentTicket> {
  const prepared = await sequencer.prepare(asked);
  assert.ok(prepared.kind === 'ready', JSON.stringify(prepared));
  return prepared.ticket;
}

async function add(sequencer: Sequencer, asked: Enrolling = INBOUND): Promise<Enrolment> {
  return sequencer.enrol(await readyTicket(sequencer, asked));
}

export function sequencerSuite(bench: SequencerBench): void {
  describe(`${bench.name} as a tool with sequences`, () => {
    let sandbox: Sandbox;
    before(async () => {
      sandbox = await bench.open();
    });
    const make = (how?: { wrongKey?: true }) => bench.make(sandbox, how);
    const fault = (more: Omit<FaultRequest, 'service'>) => press(sandbox, 'fault', { service: bench.name, ...more });
    const of = async (email: string) => (await bench.enrolled(sandbox)).filter(one => one.email === email);
    /** Each test has a lead and a sequence of its own. */
    let number = 0;
    const fresh = async (): Promise<Enrolling> => {
      number += 1;
      const sequence = `Inbound ${number}, fast`;
      await bench.sequence(sandbox, sequence);
      return { ...INBOUND, sequence, lead: { ...LEE, email: `lee.o+brien${number}@acme.example` } };
    };
    afterEach(() => assert.deepEqual(sandbox.takeUnknown(), []));

    test('a lead nobody there knew is added once, in the rep’s name, and found again', async () => {
      const asked = await fresh();
      const made = await add(make(), { ...asked, sequence: asked.sequence.toUpperCase() });
      assert.deepEqual(await of(asked.lead.email), [{ email: asked.lead.email, sequence: asked.sequence, by: MARCUS }]);
      assert.match(made.url ?? '', /^https?:\/\//);
      assert.equal((await make().look(made.id)).state, 'active');
      const again = await make().prepare(asked);
      assert.ok(again.kind === 'enrolled' && again.enrolment.state === 'active');
      assert.equal((await make().look(again.enrolment.id)).state, 'active');
      assert.equal((await bench.people(sandbox)).filter(one => one === asked.lead.email).length, 1);
    });

    test('the sequence by its id; one that is not there, one of two of a name', async () => {
      const asked = await fresh();
      const id = await bench.sequence(sandbox, 'Twice');
      await bench.sequence(sandbox, 'twice');
      assert.ok((await make().sequences()).some(one => one.id === id && one.name === 'Twice'));
      const of = (sequence: string) => make().prepare({ ...asked, sequence });
      await assert.rejects(
        of('No such'),
        (error: unknown) => error instanceof Rejected && /No such/.test(error.message),
      );
      await assert.rejects(
        of('Twice'),
        (error: unknown) => error instanceof Ambiguous && error.candidates.length === 2,
      );
      await add(make(), { ...asked, sequence: id });
      assert.equal((await bench.enrolled(sandbox)).at(-1)?.sequence, 'Twice');
    });

    test('a rep the tool does not know is refused, by their address, and nobody is made', async () => {
      const asked = await fresh();
      await assert.rejects(
        make().prepare({ ...asked, rep: 'nobody@example.com' }),
        (error: unknown) => error instanceof Rejected && /nobody@example\.com/.test(error.message),
      );
      assert.ok(!(await bench.people(sandbox)).includes(asked.lead.email));
    });

    test('an answer that was lost: it was done, and is found', async () => {
      const asked = await fresh();
      const ticket = await readyTicket(make(), asked);
      await fault({ method: 'POST', path: bench.paths.enrol, reset: true, after: 'after' });
      await assert.rejects(make().enrol(ticket), Unavailable);
      assert.equal((await make().prepare(asked)).kind, 'enrolled');
      assert.equal((await of(asked.lead.email)).length, 1);
    });

    test('a reply is told, and so is an end that somebody made there', async () => {
      const [replied, taken] = [await fresh(), await fresh()];
      const [first, second] = [await add(make(), replied), await add(make(), taken)];
      await bench.end(sandbox, replied.lead.email, { replied: true });
      await bench.end(sandbox, taken.lead.email, { replied: false });
      assert.equal((await make().look(first.id)).state, 'answered');
      assert.equal((await make().look(second.id)).state, 'over');
    });

    test('ended, twice, and begun anew; or left to people', async () => {
      const asked = await fresh();
      const { id } = await add(make(), asked);
      if (!make().stops) return assert.rejects(make().stop(id), Rejected);
      await make().stop(id);
      await make().stop(id);
      assert.notEqual((await make().look(id)).state, 'active');
      assert.deepEqual(await of(asked.lead.email), []);
      assert.equal((await make().prepare(asked)).kind, 'ready');
    });

    test('a key that is not taken, too many calls, an outage, silence, nonsense', async () => {
      await assert.rejects(make({ wrongKey: true }).prove(), CredentialsRejected);
      const first = { path: bench.paths.first };
      await fault({ ...first, status: 429, headers: { 'retry-after': '30' } });
      await assert.rejects(make().prove(), RateLimited);
      await fault({ ...first, status: 503 });
      await assert.rejects(make().prove(), Unavailable);
      await fault({ ...first, timeout: true });
      await assert.rejects(make().prove(), Unavailable);
      await fault({ ...first, status: 200, body: 'hello' });
      await assert.rejects(make().prove(), Unavailable);
      await make().prove();
    });

    test('more sequences than stand on a page', async () => {
      for (let at = 0; at < 101; at += 1) await bench.sequence(sandbox, `Many ${at}`);
      const names = (await make().sequences()).map(({ name }) => name);
      assert.ok(names.includes('Many 0') && names.includes('Many 100'));
    });
  });
}
