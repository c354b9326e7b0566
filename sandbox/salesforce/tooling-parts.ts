/** The org's own automation, pages and messages, as its admins have made them; what control and a deploy put in. */
import { z } from 'zod';
import type { ObjectSchema } from './schema.ts';

const flow = z.strictObject({
  name: z.string(),
  label: z.string().optional(),
  object: z.string(),
  active: z.boolean().default(true),
  /** It has an element that puts somebody into OwnerId. */
  changesOwner: z.boolean().default(false),
});
const trigger = z.strictObject({ name: z.string(), object: z.string() });
const workflowRule = z.strictObject({
  name: z.string(),
  object: z.string(),
  active: z.boolean().default(true),
  updatesFields: z.boolean().default(true),
});
const layout = z.strictObject({ name: z.string(), object: z.string(), fields: z.array(z.string()) });
const message = z.strictObject({ name: z.string(), object: z.string(), url: z.string() });

/** What `setUp` of `POST /_sandbox/salesforce/_org` takes. A part of the same name and object is replaced. */
export const setUpInput = z.strictObject({
  flow: flow.optional(),
  trigger: trigger.optional(),
  workflowRule: workflowRule.optional(),
  layout: layout.optional(),
  message: message.optional(),
  /** Name of the active lead assignment rule; null: none. */
  assignmentRule: z.string().nullable().optional(),
  /** May Baton's user see the set-up? */
  mayView: z.boolean().optional(),
  /** There, but neither seen nor written by Baton's user. */
  hideField: z.strictObject({ object: z.string(), field: z.string() }).optional(),
  changeField: z
    .strictObject({
      object: z.string(),
      field: z.string(),
      length: z.int().positive().optional(),
      type: z.enum(['string', 'textarea', 'double', 'boolean', 'date', 'picklist']).optional(),
      unique: z.boolean().optional(),
      externalId: z.boolean().optional(),
      writable: z.boolean().optional(),
    })
    .optional(),
  storage: z.strictObject({ max: z.int().positive(), used: z.int().min(0) }).optional(),
  /** How far the org's clock is ahead of everybody else's. */
  clockAheadMs: z.int().optional(),
});

export class Parts {
  flows: z.infer<typeof flow>[] = [];
  triggers: z.infer<typeof trigger>[] = [];
  workflowRules: z.infer<typeof workflowRule>[] = [];
  /** Each object has one at first, with every column there is then; columns that are made later are on none. */
  layouts: z.infer<typeof layout>[];
  messages: z.infer<typeof message>[] = [];
  assignmentRule: string | null = null;
  mayView = true;
  /** Of fields that Baton's user does not see. */
  hidden: { object: string; field: string }[] = [];
  storage = { max: 1_024, used: 100 };
  clockAheadMs = 0;

  constructor(schema: ReadonlyMap<string, ObjectSchema>) {
    this.layouts = ['Lead', 'Contact', 'Account', 'Opportunity'].map(object => ({
      name: `${object} Layout`,
      object,
      fields: [...(schema.get(object)?.fields.keys() ?? [])],
    }));
  }

  /** A column that is deleted leaves the layouts. */
  forget(object: string, field: string): void {
    for (const one of this.layouts) if (one.object === object) one.fields = one.fields.filter(name => name !== field);
  }
}
