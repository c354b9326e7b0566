/** Who hears what the ladder says, where, and when it has been overtaken. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Alert, Notifier, Place } from '../../src/contracts/notifier.ts';
import { rememberSlackPerson } from '../../src/db/people/people.ts';
import type { SlaMessageKind } from '../../src/domain/ladder.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import type { Deps } from '../../src/handoff/core/deps.ts';
import { HOUR, after as later, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { RateLimited, Rejected } from '../../src/lib/errors.ts';
import { sendSlaMessage } from '../../src/sla/send-sla-message.ts';
import { done, type TestWorkspace, type TestWorkspaces, testWorkspaces } from '../handoff/test-workspaces.ts';
import { ladderWorkspace } from './ladder-workspace.ts';

let all: TestWorkspaces;
before(async () => {
  all = await testWorkspaces();
});
after(() => all.close());

interface Room {
  workspace: TestWorkspace;
  id: string;
  heard: { place: string; alert: Alert; lookFirst: boolean }[];
  /** Places that Slack refuses for good. */
  refused: Set<string>;
  tell(what: SlaMessageKind, more?: { attempt?: number; entryId?: number; of?: string }): Promise<void>;
}

async function room(options: Parameters<TestWorkspace['open']>[0] = {}): Promise<Room> {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open(options);
  const [heard, refused]: [Room['heard'], Room['refused']] = [[], new Set()];
  const notifier: Partial<Notifier> = {
    async alert(place: Place, alert: Alert, lookFirst: boolean) {
      const key = place.kind === 'dm' ? place.slackId : place.channel;
      if (refused.has(key)) throw new Rejected('no', { service: 'slack', code: 'cannot_dm_bot' });
      heard.push({ place: key, alert, lookFirst });
      return { channel: key, ts: '1' };
    },
    findPerson: async () => null,
  };
  const deps: Deps = {
    ...workspace.deps,
    vendors: async () => ({
      sources: {},
      enrichers: {},
      schedulers: {},
      sequencers: {},
      formerCrms: {},
      mailboxes: [],
      notifier: notifier as Notifier,
    }),
  };
  const assignedAt = (await workspace.look(id)).assignedAt?.toISOString() ?? '';
  return {
    workspace,
    id,
    heard,
    refused,
    tell: (what, { attempt = 1, entryId, of = assignedAt } = {}) => {
      // A place takes a message a second.
      workspace.move(2 * SECOND);
      const at = workspace.now().toISOString();
      const news = {
        workspaceId: workspace.workspaceId,
        handoffId: id,
        what,
        of,
        at,
        ...(entryId !== undefined && { entryId }),
      };
      return sendSlaMessage(deps, news, attempt);
    },
  };
}

const on = ({ workspace, id }: Room, name: string) => ({ ...workspace.by(name), handoffId: id });
const away = (workspace: TestWorkspace, name: string) =>
  actionsOf(workspace.deps).away({ ...workspace.by(name), until: later(workspace.now(), 48 * HOUR) });

test('the rep hears it; the nearest manager who is there; whoever is left', async () => {
  const here = await room();
  await here.tell('remind');
  await here.tell('escalate', { attempt: 2 });
  done(await away(here.workspace, 'dana'));
  await here.tell('escalate');
  await rememberSlackPerson(
    here.workspace.db,
    here.workspace.workspaceId,
    'ada@example.com',
    null,
    here.workspace.now(),
  );
  await here.tell('escalate');
  assert.deepEqual(
    here.heard.map(({ place, lookFirst }) => [place, lookFirst]),
    [
      ['U-marcus', false],
      ['U-dana', true],
      ['U-ada', false],
      // Away, but nobody else is there.
      ['U-dana', false],
    ],
  );
  const { alert } = here.heard[1] ?? assert.fail();
  assert.equal(alert.card.rep?.name, 'Marcus Chen');
  assert.deepEqual([alert.next?.do, alert.elapsed.rep, alert.elapsed.system > 0], ['nudge', 0, true]);
});

test('who is away is not paged; what Slack refuses goes on, and the admins hear of it once', async () => {
  const here = await room();
  done(await away(here.workspace, 'marcus'));
  await here.tell('remind');
  assert.deepEqual(
    here.heard.map(one => one.place),
    ['U-ada'],
  );
  done(await actionsOf(here.workspace.deps).back(here.workspace.by('marcus')));
  here.refused.add('U-marcus');
  await here.tell('idle');
  assert.equal(here.heard.length, 1, 'not claimed: nobody is idle');
  await here.tell('remind');
  await here.tell('remind');
  assert.deepEqual(
    here.heard.map(one => one.place),
    ['U-ada', 'U-ada', 'U-ada'],
  );
  const refusals = await here.workspace
    .db('notices')
    .where({ workspace_id: here.workspace.workspaceId })
    .select('text');
  assert.equal(refusals.length, 1);
  here.refused.add('U-ada');
  await assert.rejects(here.tell('remind'), Rejected);
});

test('a place that has had its message of the second is waited for', async () => {
  const here = await room();
  await here.tell('remind');
  here.workspace.move(1 - 2 * SECOND);
  await assert.rejects(here.tell('remind'), RateLimited);
});

test('what has been overtaken is not said', async () => {
  const here = await room();
  const actions = actionsOf(here.workspace.deps);
  await here.tell('remind', { of: new Date(0).toISOString() });
  done(await actions.snooze({ ...on(here, 'marcus'), until: later(here.workspace.now(), HOUR) }));
  for (const what of ['remind', 'idle'] as const) await here.tell(what);
  assert.equal(here.heard.length, 0);
  await here.tell('escalate');
  assert.equal(here.heard.at(-1)?.place, 'U-dana', 'a snooze spares the rep alone');
  here.heard.length = 0;
  here.workspace.move(HOUR + MINUTE);
  await here.tell('remind');
  assert.equal(here.heard.length, 1);

  done(await actions.logCall({ ...on(here, 'marcus'), outcome: 'connected', direction: 'outbound' }));
  for (const what of ['remind', 'escalate', 'stuck', 'more_time'] as const) await here.tell(what);
  assert.equal(here.heard.length, 1);
  await here.tell('cold');
  assert.deepEqual(here.heard.at(-1)?.alert.kind, 'cold');
  done(await actions.askRep({ ...on(here, 'dana'), note: 'How did it go?' }));
  const [entry] = await here.workspace.db('timeline').where({ handoff_id: here.id, kind: 'asked' }).select('id');
  await here.tell('asked', { entryId: entry.id });
  const { place, alert } = here.heard.at(-1) ?? assert.fail();
  assert.deepEqual([place, alert.by, alert.note], ['U-marcus', 'Dana Ruiz', 'How did it go?']);
  assert.ok(alert.did.some(({ kind }) => kind === 'touched'));

  done(await actions.reject({ ...on(here, 'dana'), ...NURTURE }));
  await here.tell('asked', { entryId: entry.id });
  await here.tell('cold');
  assert.equal(here.heard.length, 3);
});

// biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
const NURTURE = { reason: 'duplicate' as const, then: 'nurture' as const };
