/** A person in Slack, for stories: what they have before them, and what they do. */
import assert from 'node:assert/strict';
import { slackIdKnown } from './database-questions.ts';
import type { Message, System } from './system.ts';
import { until } from './until.ts';

/** Waits until Baton knows who this is in Slack; answers their id there. */
export function slackIdOf(baton: System, email: string): Promise<string> {
  return until(`${email} is known`, () => slackIdKnown(baton, email));
}

export interface Modal {
  id: string;
  title: { text: string };
  blocks: { block_id: string; element?: { initial_value?: string } }[];
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

/** What a person does, as the stand-in takes it: `{ click: … }`, `{ command: … }`, `{ home: {} }`. */
export type UserAction = Record<string, unknown>;

/** What Baton answered to a deed, as the stand-in heard it. */
export interface Answer {
  status?: unknown;
  body?: unknown;
  outcome?: unknown;
}

/** Does something in Slack. Fails where Baton did not take it. */
export async function act(baton: System, user: string, deed: UserAction): Promise<Answer> {
  const answer = await baton.post('/_sandbox/slack/act', { user, ...deed });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
  // Nobody wants to hear of a modal that is closed: no listener, no status.
  if (!deed.close) assert.equal(answer.status, 200, JSON.stringify(answer));
  return answer;
}

/** A button of a message, or a line of one of its menus. */
export const clickOn = (
  { channel, ts }: Pick<Message, 'channel' | 'ts'>,
  action_id: string,
  value?: string,
): UserAction => ({
  click: { channel, ts, action_id, ...(value !== undefined && { value }) },
});

/** A button of Home or of the modal that is open. */
export const click = (action_id: string, value?: string): UserAction => ({
  click: { action_id, ...(value !== undefined && { value }) },
});

/** Does what opens a modal, and waits for it: what was done is acknowledged before. */
export async function openModal(baton: System, user: string, deed: UserAction): Promise<Modal> {
  const before = (await shown(baton, user)).open?.id;
  // A drawing of the page before may land in between: Home is drawn once more then, as a person would see.
  await until(`${user} can do ${JSON.stringify(deed)}`, async () => {
    const done = await act(baton, user, deed).catch((thrown: unknown) => thrown);
    if (done instanceof Error && /no action \w+ on the home/.test(done.message)) return false;
    if (done instanceof Error) throw done;
    return true;
  });
  return until(`${user} sees a modal after ${JSON.stringify(deed)}`, async () => {
    const { open } = await shown(baton, user);
    return open && open.id !== before ? open : undefined;
  });
}

/** Waits until the open modal says so; answers all of it as text. */
export function modalShows(baton: System, user: string, what: RegExp): Promise<string> {
  return until(`the modal of ${user} shows ${what}`, async () => {
    const { modal } = await shown(baton, user);
    return what.test(modal) ? modal : undefined;
  });
}

/** Sends the open modal off; what is not given stays as it was filled in. */
export const submit = (baton: System, user: string, values: Record<string, unknown> = {}): Promise<Answer> =>
  act(baton, user, { submit: { values } });

/** One condition more in the open form of a rule: its fact, then what it must be. */
export async function setCondition(baton: System, user: string, fact: string, value: unknown): Promise<Answer> {
  await openModal(baton, user, click('add_condition'));
  await act(baton, user, click('condition_fact', fact));
  await modalShows(baton, user, new RegExp(`value:${fact}`));
  return submit(baton, user, { [`value:${fact}`]: value });
}

/** Sends the open modal off and answers what became of it: `closed`, `updated`, `errors`. */
export const outcomeOf = async (baton: System, user: string, values: Record<string, unknown>): Promise<unknown> =>
  (await submit(baton, user, values)).outcome;

export async function closeModal(baton: System, user: string): Promise<void> {
  await act(baton, user, { close: {} });
}

/** Calls Slack as Baton, or as another version of it, would. */
export async function callSlack<T>(baton: System, method: string, body: unknown): Promise<T> {
  const response = await fetch(`${baton.env.SLACK_API_URL}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as T & { ok: boolean };
  assert.equal(answer.ok, true, JSON.stringify(answer));
  return answer;
}

/** A button as another version of Baton may have shown it. */
export const oldButton = (action_id: string, value?: string) => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text: action_id },
  ...(value !== undefined && { value }),
});

/** Home's tab as it was drawn when this person still might press these buttons. */
export async function showOldHome(
  baton: System,
  user: string,
  tab: 'team' | 'setup',
  ...buttons: ReturnType<typeof oldButton>[]
): Promise<void> {
  const view = {
    type: 'home',
    private_metadata: JSON.stringify({ tab, at: {} }),
    blocks: [{ type: 'actions', elements: buttons }],
  };
  await callSlack(baton, 'views.publish', { user_id: await slackIdOf(baton, user), view });
}

/** Somebody is deactivated in the Slack workspace, or comes back. */
export async function setDeactivated(baton: System, email: string, deleted: boolean): Promise<void> {
  await baton.post('/_sandbox/slack/users', { email, deleted });
}

/** A channel is archived, or opened again. */
export async function setArchived(baton: System, { channel }: { channel: string }, archived: boolean): Promise<void> {
  await baton.post('/_sandbox/slack/channels', { name: channel.replace('#', ''), archived });
}

/** Home is drawn some time after a deed was acknowledged; answers it. */
export async function redrawn(
  baton: System,
  user: string,
  deed: UserAction | (() => Promise<unknown>),
): Promise<string> {
  const { hash } = await shown(baton, user);
  await (typeof deed === 'function' ? deed() : act(baton, user, deed));
  return until(`the Home of ${user} is drawn anew`, async () => {
    const now = await shown(baton, user);
    return now.hash === hash ? undefined : now.home;
  });
}
