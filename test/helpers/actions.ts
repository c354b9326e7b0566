/** What people do about leads, for stories that are not about Slack's buttons: as the button would have it done. */
import assert from 'node:assert/strict';
import { type Actions as AllActions, actionsOf, type HandoffRequest } from '../../src/handoff/commands.ts';
import { slackIdOf } from './slack.ts';
import type { System } from './system.ts';

type Actions = Omit<AllActions, 'greet'>;
type Given<K extends keyof Actions> = Omit<Parameters<Actions[K]>[0], keyof HandoffRequest>;
type Answer<K extends keyof Actions> = Awaited<ReturnType<Actions[K]>>;
/** The same, without saying who and about which lead. */
type Bound<How> = {
  [K in keyof Actions]: (
    ...given: Record<never, never> extends Given<K> ? [given?: Given<K>] : [given: Given<K>]
  ) => Promise<Extract<Answer<K>, How>>;
};
interface Success {
  kind: 'done' | 'claimed';
}

/** A call that reached the lead. */
export const CONNECTED = { outcome: 'connected', direction: 'outbound', minutes: 4 } as const;
/** A rejection after which nobody else gets the lead. */
// biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
export const NO_NEED = { reason: 'no_need_now', then: 'nurture' } as const;

/** A person, as whom leads are given to. */
export const toPerson = (email: string) => ({ to: { kind: 'person', email } as const });

/** What this person does about the lead, once Baton knows them. Fails where it is not done. */
export function actionsAs(baton: System, email: string, handoffId?: string): Bound<Success> {
  return bound(baton, email, handoffId, outcome =>
    assert.ok(outcome.kind === 'done' || outcome.kind === 'claimed', JSON.stringify(outcome)),
  );
}

/** What this person tries to do about the lead, once Baton knows them, and may be refused. */
export function tryAs(baton: System, email: string, handoffId?: string): Bound<unknown> {
  return bound(baton, email, handoffId, () => {});
}

function bound<How>(
  baton: System,
  email: string,
  handoffId: string | undefined,
  check: (outcome: { kind: string }) => void,
): Bound<How> {
  const { workspaceId, deps } = baton.app;
  const doing = Object.entries(actionsOf(deps)).map(([name, action]) => [
    name,
    async (given: object = {}) => {
      const slackUserId = await slackIdOf(baton, email);
      const outcome = await action({ workspaceId, slackUserId, ...(handoffId && { handoffId }), ...given });
      check(outcome);
      return outcome;
    },
  ]);
  return Object.fromEntries(doing) as Bound<How>;
}
