import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const formInPlaybook: PlaybookVendor = {
  name: 'form',
  label: 'Form',
  playbook: { source: {} },
};
