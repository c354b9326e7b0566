import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const pardotInPlaybook: PlaybookVendor = {
  name: 'pardot',
  label: 'Account Engagement (Pardot)',
  playbook: { source: { scoreProperty: 'score' } },
};
