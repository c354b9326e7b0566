/** The source is to hear how the lead fares. */
import type { Handoff } from '../../db/handoffs.ts';
import type { NewJob } from '../../jobs/queue.ts';

type About = Pick<Handoff, 'workspaceId' | 'id' | 'source' | 'isTest'>;

/** Does anything go back about this lead? Nothing of test leads, and of those handed off by hand nobody asked there. */
export function isFedBack({ source, isTest }: Pick<Handoff, 'source' | 'isTest'>): boolean {
  return !isTest && source !== 'manual';
}

/** Brings stage, reason, owner and list at the source up to date. */
export function sourceHears(handoff: About): NewJob[] {
  if (!isFedBack(handoff)) return [];
  const { workspaceId, id: handoffId } = handoff;
  return [
    {
      name: 'feedback.stage',
      payload: { workspaceId, handoffId },
      key: `feedback:${handoffId}`,
      priority: 'background',
    },
  ];
}

/** Shows a touch at the source, unless that is where it was told. */
export function sourceHearsOf(handoff: About, touch: { id: string; origin: string }): NewJob[] {
  if (!isFedBack(handoff) || touch.origin === handoff.source) return [];
  return [
    {
      name: 'feedback.touch',
      payload: { workspaceId: handoff.workspaceId, touchId: touch.id },
      key: `feedback:${touch.id}`,
      priority: 'background',
    },
  ];
}
