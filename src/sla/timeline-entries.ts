/** What the timeline says of the ladder, in sentences. */
import { nameOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { DueHandoff } from '../db/handoffs/ladder.ts';
import type { NewEntry } from '../db/handoffs/timeline.ts';
import type { LadderRules, SlaStep, StepKind } from '../domain/ladder.ts';
import { inWords } from '../lib/span.ts';
import { managersOf } from './managers.ts';

export interface StepContext {
  handoff: DueHandoff;
  /** The version the handoff runs on, and the newest. */
  playbook: Playbook;
  people: Playbook;
  rules: LadderRules;
  now: Date;
}

/** The entry of a step that fires; none for a reassignment, which writes entries of its own. */
export function firedEntry(context: StepContext, step: SlaStep): NewEntry | undefined {
  const { handoff, playbook, people, rules, now } = context;
  const who = handoff.repEmail ? nameOf(people, handoff.repEmail) : undefined;
  const detail = { rep: handoff.repEmail, team: handoff.team, due: step.at.toISOString() };
  switch (step.kind) {
    case 'breach': {
      const within = playbook.sla[handoff.priority]?.respond_within ?? 0;
      const text = `The promise was not kept: nobody reached out within ${time(rules, within)}`;
      return { kind: 'breached', at: now, text, detail: { ...detail, priority: handoff.priority } };
    }
    case 'idle': {
      const text = `${who} claimed it ${time(rules, rules.idleAfter ?? 0)} ago and is asked whether the lead was reached`;
      return { kind: 'asked_idle', at: now, text, detail };
    }
    case 'cold': {
      const text = `Nothing has happened for ${inWords(rules.coldAfter ?? 0)}: the lead is going cold`;
      return { kind: 'cold', at: now, text, detail };
    }
    case 'step':
      return stepEntry(context, step.do, step.index, who, detail);
  }
}

function stepEntry(
  { handoff, people, rules, now }: StepContext,
  step: StepKind,
  index: number,
  who: string | undefined,
  detail: Record<string, unknown>,
): NewEntry | undefined {
  const passed = time(rules, rules.steps[index]?.at ?? 0);
  const since = who ? `No contact ${passed} after ${who} got this lead` : `Nobody claimed this lead within ${passed}`;
  const [manager] = managersOf(people, handoff);
  const entries: Record<StepKind, Pick<NewEntry, 'kind' | 'text'> | undefined> = {
    nudge: { kind: 'nudged', text: since },
    remind: { kind: 'reminded', text: `${since}: ${who ?? 'the team'} is reminded` },
    escalate: {
      kind: 'escalated',
      text: `${since}: ${manager ? nameOf(people, manager) : 'whoever is left'} is told`,
    },
    reassign: undefined,
  };
  const entry = entries[step];
  return entry && { ...entry, at: now, detail: { ...detail, step: index } };
}

const STEP: Record<StepKind, string> = {
  nudge: 'the nudge',
  remind: 'the reminder',
  escalate: 'the word to the manager',
  reassign: 'the reassignment',
};

/** The entry of a step that nobody heard of, because whoever has the lead put it off. */
export function quietEntry({ handoff, rules, now }: StepContext, step: SlaStep): NewEntry {
  const what =
    step.kind === 'step' ? `${STEP[step.do]} after ${time(rules, rules.steps[step.index]?.at ?? 0)}` : 'the question';
  const snoozed = handoff.snoozedUntil !== null && step.at < handoff.snoozedUntil;
  const detail = { kind: step.kind, due: step.at.toISOString(), ...(snoozed ? { snoozed } : { offShift: true }) };
  const why = snoozed ? 'the lead is put off' : 'it was off shift';
  return { kind: 'step_skipped', at: now, text: `Left out ${what}: ${why}`, detail };
}

/** The entry of a step that was passed over. */
export function skippedEntry({ rules, now }: StepContext, step: SlaStep): NewEntry {
  const what =
    step.kind === 'step'
      ? `${STEP[step.do]} after ${time(rules, rules.steps[step.index]?.at ?? 0)}`
      : 'the question after the claim';
  return {
    kind: 'step_skipped',
    at: now,
    text: `Skipped ${what}: something more urgent was due when Baton came to it`,
    detail: { kind: step.kind, due: step.at.toISOString(), ...(step.kind === 'step' && { step: step.index }) },
  };
}

function time({ clock }: LadderRules, milliseconds: number): string {
  return `${inWords(milliseconds)}${clock === 'working' ? ' of working time' : ''}`;
}
