/** CRMs as the story sees them: one that can do everything, and one that keeps people and little else. */
import { crmOf as crmSectionOf, withCrmDefaults } from '../../src/config/playbook/crm-schema.ts';
import type { Crm } from '../../src/contracts/crm.ts';
import type { CrmTraits } from '../../src/contracts/crm-traits.ts';
import { VOCABULARY } from '../../src/vendors/salesforce/playbook.ts';
import { traitsOf } from '../../src/vendors/salesforce/traits.ts';

/** The playbook's `crm` for Salesforce, as it is written. */
export const salesforceRules = (written: object = {}) =>
  withCrmDefaults(crmSectionOf([]).parse(written), written, VOCABULARY.defaults ?? {});

export const SALESFORCE = { name: 'salesforce', traits: traitsOf(salesforceRules()) };

/** Calls people what nobody else does, and can do next to nothing. */
const SMALL_TRAITS: CrmTraits = {
  words: {
    lead: { one: 'inquiry', many: 'inquiries' },
    contact: { one: 'person', many: 'people' },
    company: { one: 'organization', many: 'organizations' },
    deal: { one: 'deal', many: 'deals' },
    group: { one: 'team', many: 'teams' },
  },
  nicknames: [],
  can: {
    leads: false,
    accountBased: false,
    personCompanies: false,
    groups: false,
    campaigns: false,
    dealRoles: false,
  },
  longestText: 100,
  taskObject: 'activities',
};

export const SMALL = { name: 'Small', traits: SMALL_TRAITS };

/** A CRM that answers only what the test gave it: anything else must not be asked. */
export function crmOf(given: Partial<Crm>): Crm {
  return new Proxy(given, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (found === undefined) throw new Error(`the test's CRM has no "${String(name)}"`);
      return found;
    },
  }) as Crm;
}
