import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const hubspotInPlaybook: PlaybookVendor = {
  name: 'hubspot',
  label: 'HubSpot',
  playbook: { source: { scoreProperty: 'hubspotscore' } },
};
