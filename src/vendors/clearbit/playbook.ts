import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const clearbitInPlaybook: PlaybookVendor = {
  name: 'clearbit',
  label: 'Clearbit',
  playbook: { enricher: true },
};
