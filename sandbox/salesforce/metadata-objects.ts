/** Permission sets as records, and who has them. */
import type { Spec, Specs } from './schema.ts';

const text = (length = 255, more: Partial<Spec> = {}): Spec => ({ type: 'string', length, ...more });
const flag: Spec = { type: 'boolean', initial: false };
const ref = (to: string, relationship: string): Spec => ({
  type: 'reference',
  length: 18,
  referenceTo: [to],
  relationship,
  required: true,
  indexed: true,
});

export const PERMISSIONS: Specs = {
  PermissionSet: {
    prefix: '0PS',
    fields: {
      Name: text(80, { required: true, indexed: true }),
      Label: text(80, { required: true }),
      Description: text(),
      NamespacePrefix: text(15),
      IsCustom: flag,
    },
  },
  PermissionSetAssignment: {
    prefix: '0Pa',
    fields: { PermissionSetId: ref('PermissionSet', 'PermissionSet'), AssigneeId: ref('User', 'Assignee') },
  },
  FieldPermissions: {
    prefix: '01k',
    fields: {
      ParentId: ref('PermissionSet', 'Parent'),
      SobjectType: text(),
      Field: text(),
      PermissionsRead: flag,
      PermissionsEdit: flag,
    },
  },
};
