/** An admin's hand in the org's own automation, pages and messages. */
import type { z } from 'zod';
import type { Org } from './org.ts';
import type { setUpInput } from './tooling-parts.ts';

interface Placed {
  name: string;
  object: string;
}

/** The list with one more part, in place of one that has its name and object. */
function placed<Part extends Placed>(parts: readonly Part[], part: Part | undefined): Part[] {
  if (!part) return [...parts];
  return [...parts.filter(one => one.name !== part.name || one.object !== part.object), part];
}

/** An admin changes the set-up; answers what is wrong, if anything. */
export function changeSetUp(org: Org, input: z.infer<typeof setUpInput>): string | undefined {
  const { parts } = org;
  parts.flows = placed(parts.flows, input.flow);
  parts.triggers = placed(parts.triggers, input.trigger);
  parts.workflowRules = placed(parts.workflowRules, input.workflowRule);
  const { layout: given } = input;
  // The object's own pages give way to those its admins make.
  if (given)
    parts.layouts = placed(
      parts.layouts.filter(one => one.name !== `${given.object} Layout`),
      given,
    );
  parts.messages = placed(parts.messages, input.message);
  if (input.assignmentRule !== undefined) parts.assignmentRule = input.assignmentRule;
  if (input.mayView !== undefined) parts.mayView = input.mayView;
  if (input.storage) parts.storage = input.storage;
  if (input.clockAheadMs !== undefined) parts.clockAheadMs = input.clockAheadMs;
  if (input.hideField) {
    // Whoever may not see a column is told that there is none.
    if (!org.removeField(input.hideField.object, input.hideField.field)) return 'no such field';
    parts.hidden.push(input.hideField);
  }
  if (input.changeField) {
    const { object, field, ...change } = input.changeField;
    const found = org.schema.get(object)?.fields.get(field);
    if (!found) return 'no such field';
    Object.assign(found, change);
  }
  return undefined;
}
