import type { CrmSetup } from '../../../contracts/crm-setup.ts';
import type { Org } from '../api/org.ts';
import { factsOf } from './ask.ts';
import { compare } from './compare.ts';

/** Compares one org with the playbook: reads in few calls, then judges without asking any more. */
export function inspector(org: Org): CrmSetup['inspect'] {
  return async given => {
    const wanted = {
      ...given,
      apiVersion: org.base.split('/v').at(-1) ?? '',
      externalIdField: org.externalIdField,
      fields: org.fields,
      rules: org.rules,
    };
    return compare(await factsOf(org, wanted), wanted);
  };
}
