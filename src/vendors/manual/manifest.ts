/** Leads that people hand off by hand, declared: a source that everybody has and nobody connects. */
import type { Vendor } from '../vendor.ts';
import { manual } from './source.ts';

export const MANUAL: Vendor = {
  name: 'manual',
  label: 'Entered by hand',
  playbook: { source: {} },
  roles: { source: { make: ({ manualLead }) => manual({ handedOff: manualLead }) } },
  builtIn: true,
  variables: {},
};
