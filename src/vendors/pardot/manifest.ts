/** Account Engagement (Pardot), declared: its name in playbooks is known, and nothing connects it yet. */
import type { Vendor } from '../vendor.ts';

export const PARDOT: Vendor = {
  name: 'pardot',
  label: 'Account Engagement (Pardot)',
  playbook: { source: { scoreProperty: 'score' } },
  roles: {},
  variables: {},
};
