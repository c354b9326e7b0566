/** What an account keeps, and whoever is told of it. */
import type { ObjectType } from '../schema.ts';

export interface Version {
  value: string;
  timestamp: string;
  sourceType: string;
  sourceId?: string;
  updatedByUserId?: number;
}

export interface Snapshot {
  properties: Readonly<Record<string, string>>;
  changedAt: number;
}

export interface StoredRecord extends Snapshot {
  id: string;
  type: ObjectType;
  createdAt: string;
  /** Newest first. */
  history: Map<string, Version[]>;
  /** What the search index may still show. */
  before?: Snapshot;
}

/** A property that got another value. */
export interface Change {
  record: StoredRecord;
  name: string;
  value: string;
  at: Date;
  source: string;
  /** The user who did it, where a person did. */
  userId: number | undefined;
}

export interface StoredEvent {
  id: string;
  eventType: string;
  objectType: 'CONTACT';
  objectId: string;
  occurredAt: string;
  properties: Record<string, string>;
}

export interface Association {
  toObjectId: string;
  associationTypes: { category: string; typeId: number; label: string | null }[];
}

export interface Owner {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  userId: number;
  archived: boolean;
}

export interface Listener {
  created(record: StoredRecord, source: string, userId: number | undefined): void;
  changed(change: Change): void;
  merged(record: StoredRecord, into: StoredRecord): void;
  deleted(record: StoredRecord, forPrivacy: boolean): void;
}

/** `CRM_UI`: a person or HubSpot itself, who may set what is read-only over the API. */
export type Source = 'API' | 'CRM_UI';
