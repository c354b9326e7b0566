import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const manualInPlaybook: PlaybookVendor = {
  name: 'manual',
  label: 'Entered by hand',
  playbook: { source: {} },
};
