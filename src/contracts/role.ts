/** What a connected service is to a workspace. One vendor may have several roles over one log-in. */
export const ROLES = ['source', 'crm', 'enricher', 'mailer', 'scheduler', 'sequencer', 'chat'] as const;

export type Role = (typeof ROLES)[number];

/** A workspace's connection, beside the workspace's id: its state, cursor and pause are its own. */
export interface ConnectionKey {
  vendor: string;
  role: Role;
}
