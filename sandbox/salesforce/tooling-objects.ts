/** Objects of the org's set-up as the Tooling API and, some of them, the data API offer them: the documented columns. */
import type { Spec, Specs } from './schema.ts';

const text = (length = 255): Spec => ({ type: 'string', length });
const flag: Spec = { type: 'boolean', initial: false };
const int: Spec = { type: 'int', digits: 9 };
const entity: Spec = { type: 'reference', referenceTo: ['EntityDefinition'], relationship: 'EntityDefinition' };
const packaged = { ManageableState: text(), NamespacePrefix: text(15) };

const ENTITY: Specs = {
  EntityDefinition: {
    prefix: '4ie',
    fields: { QualifiedApiName: text(), DeveloperName: text(), Label: text(), DurableId: text() },
  },
};

const TRIGGER: Specs = {
  ApexTrigger: {
    prefix: '01q',
    fields: {
      ApiVersion: { type: 'double' },
      IsValid: flag,
      Name: text(),
      NamespacePrefix: text(15),
      Status: text(),
      TableEnumOrId: text(),
      UsageBeforeInsert: flag,
      UsageAfterInsert: flag,
      UsageBeforeUpdate: flag,
      UsageAfterUpdate: flag,
    },
  },
};

/** Through `/tooling/query`. */
export const TOOLING: Specs = {
  ...ENTITY,
  ...TRIGGER,
  CustomField: {
    prefix: '00N',
    fields: {
      ...packaged,
      Description: text(1_000),
      DeveloperName: text(),
      EntityDefinitionId: entity,
      InlineHelpText: text(510),
      Length: int,
      Precision: int,
      Scale: int,
      RelationshipLabel: text(),
      TableEnumOrId: text(),
    },
  },
  ValidationRule: {
    prefix: '03d',
    fields: {
      ...packaged,
      Active: flag,
      Description: text(1_000),
      EntityDefinitionId: entity,
      ErrorDisplayField: text(),
      ErrorMessage: text(),
      ValidationName: text(),
    },
  },
  WorkflowRule: { prefix: '01Q', fields: { ...packaged, Name: text(), TableEnumOrId: text() } },
  WorkflowOutboundMessage: {
    prefix: '04k',
    fields: {
      ...packaged,
      ApiVersion: { type: 'double' },
      EntityDefinitionId: entity,
      IntegrationUserId: text(18),
      Name: text(),
    },
  },
  DeployRequest: {
    prefix: '0Af',
    fields: { Status: text(), StartDate: { type: 'datetime' }, CompletedDate: { type: 'datetime' } },
  },
  Layout: {
    prefix: '00h',
    fields: {
      ...packaged,
      EntityDefinitionId: entity,
      LayoutType: text(),
      Name: text(),
      ShowSubmitAndAttachButton: flag,
      TableEnumOrId: text(),
    },
  },
  Flow: {
    prefix: '301',
    fields: {
      Description: text(1_000),
      ManageableState: text(),
      MasterLabel: text(),
      ProcessType: text(),
      Status: text(),
      VersionNumber: int,
    },
  },
};

/** Through `/query`, beside the org's records. */
export const SET_UP: Specs = {
  ...ENTITY,
  ...TRIGGER,
  FlowDefinitionView: {
    prefix: '300',
    fields: {
      ActiveVersionId: text(18),
      ApiName: text(),
      Builder: text(),
      Description: text(1_000),
      DurableId: text(),
      IsActive: flag,
      IsOutOfDate: flag,
      IsTemplate: flag,
      Label: text(),
      LatestVersionId: text(18),
      ManageableState: text(),
      NamespacePrefix: text(15),
      ProcessType: text(),
      TriggerObjectOrEventId: {
        type: 'reference',
        referenceTo: ['EntityDefinition'],
        relationship: 'TriggerObjectOrEvent',
      },
      TriggerObjectOrEventLabel: text(),
      TriggerOrder: int,
      TriggerType: text(),
      VersionNumber: int,
    },
  },
  DuplicateRule: {
    prefix: '0Bm',
    fields: {
      DeveloperName: text(),
      IsActive: flag,
      Language: text(),
      MasterLabel: text(),
      NamespacePrefix: text(15),
      SobjectSubtype: text(),
      SobjectType: text(),
    },
  },
  AssignmentRule: { prefix: '01Q', fields: { Active: flag, Name: text(), SobjectType: text() } },
};
