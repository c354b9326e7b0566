/** ActiveCampaign, declared: its name in playbooks is known, and nothing connects it yet. */
import type { Vendor } from '../vendor.ts';

export const ACTIVECAMPAIGN: Vendor = {
  name: 'activecampaign',
  label: 'ActiveCampaign',
  playbook: { source: { scoreProperty: 'score' } },
  roles: {},
  variables: {},
};
