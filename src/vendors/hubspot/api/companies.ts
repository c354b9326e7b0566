import { factsFrom } from '../../../contracts/enricher.ts';
import type { CompanyFacts } from '../../../domain/lead.ts';
import { countryCode } from '../../../domain/regions.ts';
import { after, type Clock, HOUR } from '../../../lib/clock.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { isObject, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import type { RawContact } from './contacts.ts';
import { partialFailure, SERVICE, saysNotFound } from './errors.ts';
import { inWords } from './lead-source.ts';

const PROPERTIES = 'name domain industry numberofemployees annualrevenue city state country'.split(' ');
const MOST_A_READ = 100;
const WIDTH = 4;

/**
 * Reads the company a contact belongs to: HubSpot keeps the primary one's id on the contact (`associatedcompanyid`), so
 * it costs one call, shared by contacts that are read together. Undefined without one, and while the token may not
 * read companies: that is asked again after an hour.
 */
export function companyReader(api: Api, clock: Clock): (contact: RawContact) => Promise<CompanyFacts | undefined> {
  let refusedUntil = 0;

  async function readBatch(ids: readonly string[]): Promise<(CompanyFacts | undefined | Error)[]> {
    const path = `${api.paths.objects('companies')}/batch/read`;
    const inputs = [...new Set(ids)].map(id => ({ id }));
    const answer = await api.ask('POST', path, undefined, { properties: PROPERTIES, inputs });
    if (answer.status === 403) {
      refusedUntil = after(clock.now(), HOUR).getTime();
      return ids.map(() => undefined);
    }
    if (answer.status >= 300 || !isObject(answer.body)) throw api.failure(answer, `POST ${path}`);
    const byId = new Map(objectsIn(answer.body.results).map(one => [String(one.id), companyFrom(one)]));
    const broken = objectsIn(answer.body.errors).find(error => !saysNotFound(error));
    return ids.map(id => byId.get(id) ?? (broken ? partialFailure(broken, 'a read of companies') : undefined));
  }

  const read = coalesce<string, CompanyFacts | undefined>({ most: MOST_A_READ, width: WIDTH, call: readBatch });
  return async ({ properties }) => {
    const id = properties.associatedcompanyid?.trim();
    if (!id || !/^\d+$/.test(id) || clock.now().getTime() < refusedUntil) return undefined;
    return read(id);
  };
}

function companyFrom(result: Json): CompanyFacts {
  const p = isObject(result.properties) ? result.properties : {};
  return factsFrom(SERVICE, textFrom(p.domain)?.toLowerCase(), {
    name: textFrom(p.name),
    industry: inWords(textFrom(p.industry) ?? '') || undefined,
    employees: positive(p.numberofemployees),
    revenue: positive(p.annualrevenue),
    city: textFrom(p.city),
    state: textFrom(p.state),
    country: countryCode(textFrom(p.country)),
  });
}

function positive(value: unknown): number | undefined {
  const number = numberFrom(value);
  return number !== undefined && number > 0 ? number : undefined;
}
