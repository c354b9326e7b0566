/** The organization that a person works for. */
import type { CrmWrite } from '../../../contracts/crm.ts';
import { type Company, DOMAIN_FIELD } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { made } from '../api/rows.ts';
import { fieldNamed } from '../api/schema.ts';
import { hostOf, organizationsBy } from './match.ts';
import { withOwner } from './owner.ts';
import { builtIn, RECENT } from './person.ts';
import { fit, short } from './values.ts';

export interface MadeOrganization {
  id: string;
  name: string;
  created: boolean;
  warnings: string[];
}

/** Made once for each host, or name where the host is not known. One call. */
export async function makeOrganization(company: Company, write: CrmWrite): Promise<MadeOrganization> {
  const domain = write.domain ? hostOf(write.domain) : undefined;
  const name = short(write.person.company ?? '') || domain || 'Unknown organization';
  const fields = await company.schema.fields('organization');
  const { values, warnings } = fit(fields, 'Organization', {
    ...write.defaults?.Organization,
    ...(domain && fieldNamed(fields, DOMAIN_FIELD) && { [DOMAIN_FIELD]: domain }),
    ...write.custom?.Organization,
  });
  const key = write.isTest ? `organization of:${write.handoffId}` : `organization:${domain ?? name.toLowerCase()}`;
  const { id, created } = await company.effects.once(key, {
    // A test's own is taken away by this key, whenever that is.
    ...(!write.isTest && { rememberedFor: RECENT }),
    find: async () => {
      const [known] = domain
        ? await organizationsBy(company, 'domain', domain)
        : await organizationsBy(company, 'name', name);
      return known && idOf('company', known.id);
    },
    make: async () => {
      const json = { ...builtIn(values), name };
      const path = '/api/v2/organizations';
      const send = (owned: object) =>
        company.client.ask({ method: 'POST', path, json: { ...json, ...owned }, cost: 5 }, made);
      const done = await withOwner(write.newOwnerId ?? write.ownerId, send);
      warnings.push(...done.warnings);
      return idOf('company', Number(done.answer.id));
    },
  });
  return { id, name, created, warnings };
}
