/** What an account has of sequences, and which contact is in one. */

export interface Sequences {
  /** False: the app was not granted their scopes (403). */
  granted: boolean;
  /** Users without a seat for them, by their ids. */
  withoutSeat: Set<string>;
  all: { id: string; name: string }[];
  /** By contact. */
  enrolled: Map<string, Enrolled>;
}

export interface Enrolled {
  id: string;
  toEmail: string;
  enrolledAt: string;
  updatedAt: string;
  sequenceId: string;
  sequenceName: string;
  enrolledBy: string;
  enrolledByEmail: string;
}

export const createSequences = (): Sequences => ({
  granted: true,
  withoutSeat: new Set(),
  all: [],
  enrolled: new Map(),
});
