import type { Table } from '../types.ts';

/** What admins do on the Home tab: set-up, health, and the playbook. */
export const playbookTable: Table = {};
