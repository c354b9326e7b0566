import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const activecampaignInPlaybook: PlaybookVendor = {
  name: 'activecampaign',
  label: 'ActiveCampaign',
  playbook: { source: { scoreProperty: 'score' } },
};
