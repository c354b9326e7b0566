import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { type Handoff, insertHandoff } from '../../src/db/handoffs/handoffs.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import { addAbsence, rememberSlackPerson } from '../../src/db/people/people.ts';
import type { HandoffState } from '../../src/domain/handoff.ts';
import { back } from '../../src/handoff/actions/absence.ts';
import { moveAll } from '../../src/handoff/actions/reassign.ts';
import { actorOf } from '../../src/handoff/core/rights.ts';
import { type Counts, repHome } from '../../src/handoff/queries/rep-home.ts';
import { leadsToChoose, teamHome } from '../../src/handoff/queries/team-home.ts';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { dice } from '../helpers/dice.ts';
import { done, type TestWorkspace, testWorkspaces } from './test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const address = (name: string) => `${name}@example.com`;

/** Many leads in every condition; answers them as they were written. */
async function crowd(workspace: TestWorkspace, amount: number): Promise<Handoff[]> {
  const base = await workspace.look(await workspace.open());
  const roll = dice(7);
  const now = workspace.now().getTime();
  const at = (milliseconds: number) => new Date(now + milliseconds);
  const all: Handoff[] = [];
  await workspace.db.transaction(async trx => {
    for (let index = 0; index < amount; index += 1) {
      const id = randomUUID();
      const lead = await lockLead(trx, workspace.workspaceId, `${id}@acme.example`, `Lead ${index}`, at(0));
      const state = roll<HandoffState>(['assigned', 'assigned', 'claimed', 'contacted', 'rejected', 'held', 'won']);
      const rep = roll(['marcus', 'priya', 'tom', 'chan', 'gone', null]);
      const due = roll([-3 * HOUR, -MINUTE, 0, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 2 * HOUR, 3 * DAY, null]);
      const handoff: Handoff = {
        ...base,
        id,
        leadId: lead.id,
        contactId: id,
        state,
        repEmail: rep && address(rep),
        team: roll(['mid', 'emea', 'pool', null]),
        claimedBy: state === 'claimed' && rep ? address(rep) : null,
        priority: roll(['HIGH', 'MEDIUM', 'LOW']),
        dueAt: due === null ? null : at(due),
        contactedAt: state === 'contacted' || roll([true, false, false]) ? at(-MINUTE) : null,
        assignedAt: at(-roll([MINUTE, 2 * DAY, 20 * DAY, 40 * DAY])),
        openedAt: at(-index * 1_000 - 1),
        turnTeam: roll(['mid', 'emea', null]),
        turnEmail: roll([address('marcus'), address('priya')]),
        isTest: roll([true, false, false, false, false]),
      };
      await insertHandoff(trx, handoff);
      all.push(handoff);
    }
  });
  return [base, ...all];
}

const RISK = { HIGH: 15 * MINUTE, MEDIUM: 2 * HOUR, LOW: 15 * MINUTE };

function brute(workspace: TestWorkspace, all: readonly Handoff[], fits: (one: Handoff) => boolean) {
  const now = workspace.now().getTime();
  const open = all.filter(one => !one.isTest && ['assigned', 'claimed', 'contacted'].includes(one.state) && fits(one));
  const untouched = open.filter(one => one.contactedAt === null);
  const left = ({ dueAt }: Handoff) => (dueAt ? dueAt.getTime() - now : Number.POSITIVE_INFINITY);
  const counts: Counts = {
    open: open.length,
    untouched: untouched.length,
    unclaimed: untouched.filter(one => one.state === 'assigned' && one.claimedBy === null).length,
    breached: untouched.filter(one => left(one) <= 0).length,
    atRisk: untouched.filter(one => left(one) > 0 && left(one) <= RISK[one.priority]).length,
  };
  const order = open
    .toSorted(
      (one, other) =>
        Number(one.contactedAt !== null) - Number(other.contactedAt !== null) ||
        (left(one) === left(other) ? 0 : left(one) - left(other)) ||
        one.openedAt.getTime() - other.openedAt.getTime(),
    )
    .map(({ id }) => id);
  return { counts, order, untouched };
}

async function who(workspace: TestWorkspace, name: string) {
  const actor = await actorOf(workspace.deps, workspace.by(name));
  assert.ok(actor);
  return actor;
}

/** How many statements it took. */
async function statements<T>(workspace: TestWorkspace, work: () => Promise<T>): Promise<[T, number]> {
  let asked = 0;
  const count = () => {
    asked += 1;
  };
  workspace.db.on('query', count);
  try {
    return [await work(), asked];
  } finally {
    workspace.db.off('query', count);
  }
}

test('what Home counts and lists is what the rows say, for reps, managers and admins, in few round trips', async () => {
  const workspace = await (await workspaces).workspace();
  const stranger = await (await workspaces).workspace();
  await stranger.open();
  const all = await crowd(workspace, 400);
  const monthStart = new Date('2026-11-01T07:00:00Z');

  for (const name of ['marcus', 'priya', 'tom', 'chan']) {
    const actor = await who(workspace, name);
    const own = brute(workspace, all, one => one.repEmail === actor.email);
    const [home, asked] = await statements(workspace, () =>
      repHome(workspace.deps, workspace.workspaceId, { actor, page: 0 }),
    );
    assert.ok(asked <= 5, `${asked} statements`);
    assert.deepEqual(home.counts, own.counts);
    assert.deepEqual(
      home.leads.rows.map(row => row.id),
      own.order.slice(0, 10),
    );
    const past = await repHome(workspace.deps, workspace.workspaceId, { actor, page: 9_999 });
    assert.deepEqual([past.leads.page, past.leads.rows.length > 0], [past.leads.pages - 1, true]);
    const pool = brute(workspace, all, one => one.team === 'pool' && one.repEmail === null).counts.unclaimed;
    assert.deepEqual(home.pools, actor.teams.includes('pool') ? [{ team: 'Pool', waiting: pool }] : []);
    for (const { share } of home.standings) {
      assert.ok(share);
      const turns = all.filter(
        one =>
          !one.isTest &&
          one.turnTeam === share.team &&
          one.turnEmail !== null &&
          one.assignedAt !== null &&
          one.assignedAt >= monthStart,
      );
      assert.equal(share.of, turns.length);
      assert.equal(share.turns, turns.filter(one => one.turnEmail === actor.email).length);
    }
  }

  const scopes: [name: string, fits: (one: Handoff) => boolean][] = [
    ['dana', one => one.team === 'mid' || [address('marcus'), address('priya')].includes(one.repEmail ?? '')],
    ['olga', one => one.repEmail === address('tom')],
    ['ada', () => true],
    ['marcus', () => false],
  ];
  for (const [name, fits] of scopes) {
    const actor = await who(workspace, name);
    const expected = brute(workspace, all, fits);
    const [home, asked] = await statements(workspace, () =>
      teamHome(workspace.deps, workspace.workspaceId, { actor, page: 1 }),
    );
    assert.ok(asked <= 4, `${asked} statements`);
    assert.deepEqual(home.counts, expected.counts, name);
    assert.deepEqual(
      home.leads.rows.map(row => row.id),
      expected.order.slice(10, 20),
    );
    const total = (counts: Counts[]) => counts.reduce((sum, one) => sum + one.open, 0);
    assert.equal(total(home.teams.map(team => team.counts)), expected.counts.open, 'every lead is in one team');
    for (const { email, counts } of home.teams.flatMap(team => team.members)) {
      assert.deepEqual(
        counts,
        brute(workspace, all, one => fits(one) && one.repEmail === email).counts,
        `${name}: ${email}`,
      );
    }
    const choice = await leadsToChoose(workspace.deps, workspace.workspaceId, { actor, rep: undefined, page: 0 });
    assert.deepEqual(
      choice.rows.map(row => row.id),
      expected.order.slice(0, 100),
    );
    const chans = await leadsToChoose(workspace.deps, workspace.workspaceId, { actor, rep: address('chan'), page: 0 });
    const ids = name === 'ada' ? brute(workspace, all, one => one.repEmail === address('chan')).order : expected.order;
    assert.deepEqual(
      chans.rows.map(row => row.id),
      ids.slice(0, 100),
      'nobody is shown leads of somebody they do not answer for',
    );
  }
});

test('the leads of whoever is away, deactivated or gone are offered to those who answer for them, and to nobody else', async () => {
  const workspace = await (await workspaces).workspace();
  const all = await crowd(workspace, 120);
  const from = new Date(workspace.now().getTime() - HOUR);
  await addAbsence(workspace.db, workspace.workspaceId, { email: address('tom'), from, until: null, note: '' });
  await rememberSlackPerson(
    workspace.db,
    workspace.workspaceId,
    address('priya'),
    { slackId: 'U-p', active: false },
    from,
  );
  const untouched = (name: string) => brute(workspace, all, one => one.repEmail === address(name)).untouched.length;
  const offered = async (name: string) => {
    const actor = await who(workspace, name);
    const { unattended } = await teamHome(workspace.deps, workspace.workspaceId, { actor, page: 0 });
    return unattended
      .map(one => `${one.email.split('@')[0]} ${one.leads} ${one.why.kind === 'left' ? one.why.reason : 'away'}`)
      .sort();
  };
  const gone = `gone ${untouched('gone')} is not in the playbook any more`;
  const priya = `priya ${untouched('priya')} is deactivated in Slack`;
  const tom = `tom ${untouched('tom')} away`;
  assert.deepEqual(await offered('ada'), [gone, priya, tom]);
  assert.deepEqual(await offered('dana'), [priya]);
  assert.deepEqual(await offered('olga'), [tom]);
  assert.deepEqual(await offered('marcus'), []);

  const { moved } = done(
    await moveAll(workspace.deps, {
      ...workspace.by('olga'),
      from: address('tom'),
      to: { kind: 'person', email: address('chan') },
    }),
  );
  assert.equal(moved, untouched('tom'), 'what Home says is what is handed over');
  assert.deepEqual(await offered('olga'), []);
});

test('a rep is next in line or not, and Home knows why: the books, an absence, a limit', async () => {
  const workspace = await (await workspaces).workspace();
  await workspace.open();
  const home = async (name: string) =>
    repHome(workspace.deps, workspace.workspaceId, { actor: await who(workspace, name), page: 0 });
  const mid = async (name: string) => (await home(name)).standings.find(one => one.team === 'Mid-market');
  // Marcus has weight 2 of 3 and had the first turn.
  assert.deepEqual(
    [(await mid('marcus'))?.place, (await mid('priya'))?.place],
    [
      { rank: 2, of: 2 },
      { rank: 1, of: 2 },
    ],
  );
  assert.deepEqual(
    [(await mid('marcus'))?.share?.turns, (await mid('marcus'))?.share?.of, (await mid('priya'))?.share?.turns],
    [1, 1, 0],
  );
  const from = new Date(workspace.now().getTime() - HOUR);
  const until = new Date(workspace.now().getTime() + DAY);
  await addAbsence(workspace.db, workspace.workspaceId, { email: address('priya'), from, until, note: 'dentist' });
  const away = await home('priya');
  assert.equal(away.away?.note, 'dentist');
  const standing = away.standings.find(one => one.team === 'Mid-market');
  assert.equal(standing?.place, undefined);
  assert.equal(standing?.skipped?.code, 'absent');
  assert.match(standing?.standing ?? '', /^slightly behind$/);
  assert.equal(standing?.absences.length, 1);
  assert.deepEqual((await mid('marcus'))?.place, { rank: 1, of: 1 });

  workspace.move(2 * HOUR);
  done(await back(workspace.deps, workspace.by('priya')));
  const returned = await home('priya');
  assert.equal(returned.away, undefined);
  assert.equal(returned.standings.find(one => one.team === 'Mid-market')?.absences.length, 1, 'it stays a reason');
});
