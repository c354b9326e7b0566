import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const marketoInPlaybook: PlaybookVendor = {
  name: 'marketo',
  label: 'Marketo',
  playbook: { source: { scoreProperty: 'leadScore' } },
};
