/** What a playbook asks of an account, held against what the account has. */
import type { SourceFinding, SourceWishes } from '../../../contracts/source.ts';
import { DAY } from '../../../lib/clock.ts';
import { listed } from '../../../lib/english.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import { inWords, OWN_PROPERTIES, TRAFFIC_PROPERTIES } from './lead-source.ts';
import type { Names } from './map.ts';

/** A score that no contact's change has moved for so long is one that nobody computes any more. */
const STILL_FOR = 30 * DAY;
/** Contacts that changed last, whose scores are looked at. */
const SAMPLE = 20;
const MOST_NAMED = 12;

/** A property of contacts. */
export interface Property {
  name: string;
  label: string;
  type: string | undefined;
  options: { value: string; label: string }[];
}

/** Three calls; one where the score property is missing. */
export async function inspectAccount(api: Api, names: Names, wishes: SourceWishes): Promise<SourceFinding[]> {
  const properties = propertiesIn(await api.get(api.paths.properties));
  return [
    ...(await scoreFindings(api, names.scoreProperty, properties, wishes)),
    ...stageFindings(properties.get(names.stageProperty), wishes.stages),
    ...leadSourceFindings(properties, wishes.leadSources),
  ];
}

/** Those of an answer that lists them, by name. */
export function propertiesIn(answer: Json): ReadonlyMap<string, Property> {
  const all = objectsIn(answer.results).flatMap((one): [string, Property][] => {
    const name = textFrom(one.name);
    if (name === undefined) return [];
    const options = objectsIn(one.options).flatMap(option => {
      const value = textFrom(option.value);
      return value === undefined ? [] : [{ value, label: textFrom(option.label) ?? value }];
    });
    return [[name, { name, label: textFrom(one.label) ?? name, type: textFrom(one.type), options }]];
  });
  return new Map(all);
}

async function scoreFindings(
  api: Api,
  name: string,
  properties: ReadonlyMap<string, Property>,
  { ownScore, now }: SourceWishes,
): Promise<SourceFinding[]> {
  const property = properties.get(name);
  const others = candidates(properties, name);
  const fix = others
    ? `Set mql.score_property.hubspot to one of: ${others}.`
    : 'Build a score in HubSpot (Lead scoring), and name its property in mql.score_property.hubspot.';
  if (!property) {
    const without = ownScore ? '; contacts are scored by the playbook alone' : '';
    return [{ level: ownScore ? 'warning' : 'problem', what: `there is no score property "${name}"${without}`, fix }];
  }
  if (property.type !== 'number') {
    return [{ level: 'problem', what: `the score property "${name}" is no number but a ${property.type}`, fix }];
  }
  const moved = await lastMoved(api, name);
  if (moved && now.getTime() - moved.getTime() <= STILL_FOR) {
    return [{ level: 'fine', what: `the score "${name}" moved last on ${dayOf(moved)}` }];
  }
  const what = moved
    ? `the score "${name}" has not moved since ${dayOf(moved)}: no contact will cross the threshold by it`
    : `no contact has the score "${name}"`;
  return [{ level: 'warning', what, fix }];
}

/** When the score of any of the contacts that changed last was set. */
async function lastMoved(api: Api, name: string): Promise<Date | undefined> {
  const found = await api.post(`${api.paths.contacts}/search`, {
    filterGroups: [{ filters: [{ propertyName: name, operator: 'HAS_PROPERTY' }] }],
    properties: [name],
    sorts: ['-lastmodifieddate'],
    limit: SAMPLE,
    after: '0',
  });
  const inputs = objectsIn(found.results).flatMap(one => (textFrom(one.id) ? [{ id: textFrom(one.id) }] : []));
  if (inputs.length === 0) return undefined;
  const read = await api.post(`${api.paths.contacts}/batch/read`, {
    properties: [name],
    propertiesWithHistory: [name],
    inputs,
  });
  const times = objectsIn(read.results)
    .flatMap(one => (isObject(one.propertiesWithHistory) ? objectsIn(one.propertiesWithHistory[name]) : []))
    .map(version => Date.parse(String(version.timestamp)))
    .filter(Number.isFinite);
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
}

/** Numbers that may be a score instead of this: those called so, else all. */
function candidates(properties: ReadonlyMap<string, Property>, instead: string): string {
  const numbers = [...properties.values()].filter(({ name, type }) => type === 'number' && name !== instead);
  const scores = numbers.filter(({ name, label }) => /score/i.test(`${name} ${label}`));
  const offered = (scores.length > 0 ? scores : numbers).slice(0, MOST_NAMED);
  return offered.map(({ name, label }) => (name === label ? name : `${name} (${label})`)).join(', ');
}

function stageFindings(property: Property | undefined, wanted: readonly string[]): SourceFinding[] {
  if (wanted.length === 0) return [];
  const options = property?.options ?? [];
  const missing = wanted.filter(one => !options.some(({ value }) => same(value, one)));
  if (missing.length === 0) return [{ level: 'fine', what: `the stages of mql.require_lifecycle exist` }];
  const meant = missing.flatMap(one => options.find(({ label }) => same(label, one))?.value ?? []);
  const choices = options.map(({ value, label }) => (same(value, label) ? value : `${value} (${label})`));
  return [
    {
      level: 'problem',
      what: `mql.require_lifecycle asks for ${listed(missing.map(quoted))}, a stage no contact can be at`,
      fix:
        meant.length > 0
          ? `Write ${listed(meant.map(quoted))}: stages are named as the API names them.`
          : `Name stages of the account: ${choices.join(', ')}.`,
    },
  ];
}

function leadSourceFindings(properties: ReadonlyMap<string, Property>, wanted: readonly string[]): SourceFinding[] {
  const own = OWN_PROPERTIES.map(name => properties.get(name)).find(Boolean);
  // Anything may stand in a text.
  if (wanted.length === 0 || (own && own.options.length === 0)) return [];
  const from = [own, ...TRAFFIC_PROPERTIES.map(name => properties.get(name))];
  const said = [...new Set(from.flatMap(one => one?.options.map(({ value }) => inWords(value)) ?? []))];
  const never = wanted.filter(one => !said.some(word => same(word, one)));
  if (never.length === 0) return [{ level: 'fine', what: 'every lead_source of the rules can occur' }];
  return [
    {
      level: 'warning',
      what: `rules ask for lead_source ${listed(never.map(quoted))}, which no contact has`,
      fix: `Ask for one of: ${said.join(', ')}; or give contacts a property lead_source with that option.`,
    },
  ];
}

const quoted = (text: string) => `"${text}"`;
const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const same = (one: string, other: string) => plain(one) === plain(other);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
