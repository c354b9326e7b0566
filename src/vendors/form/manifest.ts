/** Form, declared: its name in playbooks is known, and nothing connects it yet. */
import type { Vendor } from '../vendor.ts';

export const FORM: Vendor = {
  name: 'form',
  label: 'Form',
  playbook: { source: {} },
  roles: {},
  variables: {},
};
