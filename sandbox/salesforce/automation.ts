/** What the org does by itself whenever a record changes. */
import { fillBeforeSave } from './before-save.ts';
import { keepHistory } from './history.ts';
import type { Org } from './org.ts';
import { obeyOwnerRule } from './owner-rule.ts';

/** Starts it in a fresh org. */
export function automate(org: Org): Org {
  fillBeforeSave(org);
  // Before the rule: what that does comes after the change it answers.
  org.store.onChange(change => keepHistory(org, change));
  org.store.onChange(change => obeyOwnerRule(org, change));
  org.store.onChange(change => {
    if (change.object === 'PermissionSetAssignment') org.deployed.reveal(org);
  });
  return org;
}
