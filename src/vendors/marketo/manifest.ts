/** Marketo, declared: its name in playbooks is known, and nothing connects it yet. */
import type { Vendor } from '../vendor.ts';

export const MARKETO: Vendor = {
  name: 'marketo',
  label: 'Marketo',
  playbook: { source: { scoreProperty: 'leadScore' } },
  roles: {},
  variables: {},
};
