import type { PlaybookVendor } from '../../domain/playbook-vendors.ts';

export const apolloInPlaybook: PlaybookVendor = {
  name: 'apollo',
  label: 'Apollo',
  playbook: { enricher: true },
};
