/** A person in Slack, for stories: what they see of Baton, and what they do. */
import assert from 'node:assert/strict';
import type { System } from './system.ts';
import { until } from './until.ts';

/** Waits until Baton knows who this is in Slack; answers their id there. */
export async function slackIdOf(baton: System, email: string): Promise<string> {
  const person = await until(`${email} is known`, () =>
    baton.app.deps.db('people').where({ email }).whereNotNull('slack_id').first(),
  );
  return String(person.slack_id);
}

export interface Modal {
  id: string;
  title: { text: string };
  blocks: { block_id: string }[];
}

interface State {
  users: { id: string; profile: { email: string } }[];
  homes: Record<string, { hash: string; blocks: unknown[] }>;
  views: Record<string, Modal[]>;
}

/** Home and the top modal of a person as they are, and as text. */
export async function shown(baton: System, user: string) {
  const state = await baton.get<State>('/_sandbox/slack/state');
  const id = state.users.find(({ profile }) => profile.email === user)?.id ?? '';
  const [home, open] = [state.homes[id], state.views[id]?.at(-1)];
  return { hash: home?.hash, home: JSON.stringify(home ?? {}), open, modal: JSON.stringify(open ?? {}) };
}

/** What Baton answered to a deed, as the stand-in heard it. */
interface Answer {
  status?: unknown;
  body?: unknown;
  outcome?: unknown;
}

/** Does something in Slack. Fails where Baton did not take it. */
export async function act(baton: System, user: string, deed: Record<string, unknown>): Promise<Answer> {
  const answer = await baton.post('/_sandbox/slack/act', { user, ...deed });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
  return answer;
}

/** Home is drawn some time after a deed was acknowledged; answers it. */
export async function redrawn(
  baton: System,
  user: string,
  deed: Record<string, unknown> | (() => Promise<unknown>),
): Promise<string> {
  const { hash } = await shown(baton, user);
  await (typeof deed === 'function' ? deed() : act(baton, user, deed));
  return until(`the Home of ${user} is drawn anew`, async () => {
    const now = await shown(baton, user);
    return now.hash === hash ? undefined : now.home;
  });
}
