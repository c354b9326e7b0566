/** What a workspace knows by name: people, teams, lead sources, campaigns, places; as labels that a question may hold. */
import type { Playbook } from '../config/playbook.ts';
import { countryName, REGIONS } from '../domain/regions.ts';
import { REJECT_REASONS } from '../domain/reject-reasons.ts';
import type { Effect } from './phrases/phrase-table.ts';
import { labelWords } from './question-tokens.ts';

/** Values that leads of this workspace have. */
export interface KnownValues {
  lead_source: readonly string[];
  campaign: readonly string[];
  region: readonly string[];
  country?: readonly string[];
  industry?: readonly string[];
}

/** Somebody's place in the playbook, as far as rights to answers go. */
export interface QuestionAsker {
  email: string;
  /** Admins and viewers. */
  seesAll: boolean;
  /** Whom they answer for. */
  reports: readonly string[];
  /** Keys of the teams they are in or manage. */
  teams: readonly string[];
  /** … that they manage alone. */
  manages: readonly string[];
}

export interface QuestionDirectory {
  playbook: Playbook;
  asker: QuestionAsker;
  values: KnownValues;
  /** Slack id → address. */
  mentions?: ReadonlyMap<string, string>;
  /** Systems that leads come from, and CRMs. */
  systems: readonly { name: string; label: string; isSource: boolean; isCrm: boolean }[];
}

export interface Label {
  words: readonly string[];
  effect: Effect;
}

const ISO_COUNTRIES = [...new Set(Object.values(REGIONS).flatMap(codes => [...codes]))];
const COUNTRY_NAMES = { USA: 'US', US: 'US', America: 'US', UK: 'GB', Britain: 'GB', England: 'GB', Holland: 'NL' };
/** Pronouns and other words that nobody means a place by, unless in capitals. */
export const CAPITALS_ONLY: ReadonlySet<string> = new Set([
  'us',
  'na',
  'eu',
  'in',
  'it',
  'no',
  'is',
  'at',
  'be',
  'me',
  'to',
  'so',
  'high',
  'low',
  'medium',
]);

/** Nouns that may stand in front of a value or behind it. */
const FIELD_NOUNS: Record<string, readonly string[]> = {
  lead_source: ['source', 'lead source', 'channel'],
  campaign: ['campaign'],
  region: ['region'],
  country: ['country'],
  industry: ['industry', 'sector'],
  team: ['team'],
  rule: ['rule', 'routing rule'],
};

/** Every name of the workspace, the words of each apart; a name may stand for several things. */
export function labelsOf(directory: QuestionDirectory): Label[] {
  return [...peopleLabels(directory), ...valueLabels(directory), ...systemLabels(directory)].filter(
    ({ words }) => words.length > 0,
  );
}

/** Countries and sales regions: the same for every workspace. */
export function placeLabels(): Label[] {
  return [
    ...Object.keys(REGIONS).flatMap(value => named(value, 'region', value)),
    ...ISO_COUNTRIES.flatMap(code => named(countryName(code), 'country', code)),
    ...Object.entries(COUNTRY_NAMES).flatMap(([name, code]) => named(name, 'country', code)),
  ];
}

function peopleLabels({ playbook, asker, mentions }: QuestionDirectory): Label[] {
  const people = playbook.people.flatMap(({ email, name }) => {
    const parts = name.split(/\s+/);
    const all = new Set([parts[0] ?? '', name, parts.at(-1) ?? '', email, email.split('@')[0] ?? '']);
    return [...all].map(label => ({
      words: labelWords(label),
      effect: { kind: 'rep', value: email === asker.email ? 'me' : email },
    }));
  });
  const mentioned = [...(mentions ?? [])].map(([id, email]) => ({
    words: [`<@${id.toLowerCase()}>`],
    effect: { kind: 'rep', value: email === asker.email ? 'me' : email },
  }));
  const teams = Object.entries(playbook.teams).flatMap(([key, { name }]) =>
    [key, name, key.replaceAll('_', ' ')].flatMap(label => named(label, 'team', key)),
  );
  return [...people, ...mentioned, ...teams];
}

function valueLabels({ values, playbook }: QuestionDirectory): Label[] {
  const { lead_source, campaign, region, country = [], industry = [] } = values;
  return [
    ...lead_source.flatMap(value => named(value, 'lead_source', value)),
    ...campaign.flatMap(value => named(value, 'campaign', value)),
    ...region.filter(value => !Object.hasOwn(REGIONS, value)).flatMap(value => named(value, 'region', value)),
    ...country.filter(code => !ISO_COUNTRIES.includes(code)).flatMap(code => named(countryName(code), 'country', code)),
    ...[...new Set([...playbook.fit.industries, ...industry])].flatMap(value => named(value, 'industry', value)),
    ...playbook.routing.flatMap(({ name }) =>
      ['rule', 'routing rule']
        .flatMap(noun => beside(labelWords(name), noun))
        .map(words => ({ words, effect: { kind: 'rule', value: name } })),
    ),
    ...Object.entries(REJECT_REASONS).flatMap(([key, label]) =>
      [`as ${label}`, `because of ${label}`, `for ${label}`].map(text => ({
        words: labelWords(text),
        effect: { kind: 'reason', value: key },
      })),
    ),
  ];
}

function systemLabels({ systems }: QuestionDirectory): Label[] {
  return systems.flatMap(({ name, label, isSource, isCrm }) => {
    const sources = isSource
      ? ['from', 'in', 'via', 'out of', 'through', 'by', ''].map(before => ({
          words: labelWords(`${before} ${label}`),
          effect: { kind: 'source', value: name },
        }))
      : [];
    return isCrm && !isSource ? [] : sources;
  });
}

/** The name, the name as one of many, and either beside what kind of thing it is. */
function named(name: string, kind: string, value: string): Label[] {
  const effect = { kind, value };
  const plain = labelWords(name);
  const last = plain.at(-1) ?? '';
  const many = last.endsWith('s') ? [...plain.slice(0, -1), last.slice(0, -1)] : [...plain.slice(0, -1), `${last}s`];
  const forms = last.length > 3 ? [plain, many] : [plain];
  return forms.flatMap(words => [
    { words, effect },
    ...(FIELD_NOUNS[kind] ?? []).flatMap(noun => beside(words, noun)).map(wide => ({ words: wide, effect })),
  ]);
}

function beside(words: readonly string[], noun: string): string[][] {
  const nouns = noun.split(' ');
  return [
    [...nouns, ...words],
    [...words, ...nouns],
  ];
}
