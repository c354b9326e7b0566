/** The objects that keep the history of others, and which an admin may have tracked. */
import { z } from 'zod';
import type { Spec, Specs } from './schema.ts';

/** Objects whose history Baton may ask for, with the object that keeps it and its column for the record. */
export const KEEPERS = {
  Lead: { keeper: 'LeadHistory', of: 'LeadId' },
  Contact: { keeper: 'ContactHistory', of: 'ContactId' },
  Opportunity: { keeper: 'OpportunityFieldHistory', of: 'OpportunityId' },
} as const;

const reference = (to: string): Spec => ({
  type: 'reference',
  length: 18,
  referenceTo: [to],
  relationship: to,
  indexed: true,
  writable: false,
});
/** Of any type: can be read and not filtered by. */
const anything: Spec = { type: 'anyType', length: 255, writable: false };

export const HISTORIES: Specs = Object.fromEntries(
  Object.entries(KEEPERS).map(([object, { keeper, of }]) => [
    keeper,
    {
      prefix: '017',
      fields: {
        [of]: reference(object),
        Field: { type: 'picklist', length: 255, writable: false },
        DataType: { type: 'picklist', length: 255, writable: false },
        OldValue: anything,
        NewValue: anything,
      },
    },
  ]),
);

/** "Set History Tracking" with Owner ticked, by object. */
export const trackingInput = z.array(z.enum(['Lead', 'Contact', 'Opportunity']));

/** The object whose history is kept under this name, whatever its case. */
export function keptUnder(name: string): string | undefined {
  return Object.entries(KEEPERS).find(([, { keeper }]) => keeper.toLowerCase() === name.toLowerCase())?.[0];
}
