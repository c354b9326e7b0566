/** The difference of two playbooks, in words. */
import { isDeepStrictEqual } from 'node:util';
import { serviceName } from '../../domain/service-name.ts';
import { answersDifference } from './answer-words.ts';
import type { WrittenAnswer, WrittenRule } from './change.ts';
import { writtenIn } from './document.ts';
import { type RuleNames, ruleWords } from './rule-words.ts';

type Plain = Record<string, unknown>;

const LABELS: Record<string, string> = {
  'mql.threshold': 'Threshold',
  'mql.requalify_after': 'New MQL after',
  'mql.require_lifecycle': 'Stages that mean MQL',
  'mql.score_property': 'Score property',
  'fit.industries': 'ICP industries',
  'fit.employees.min': 'ICP employees from',
  'fit.employees.max': 'ICP employees to',
  'fit.countries': 'ICP countries',
  'fit.points.industry': 'ICP points for industry',
  'fit.points.employees': 'ICP points for employees',
  'fit.points.country': 'ICP points for country',
  'fit.points.title': 'ICP points for title',
  'fit.priority.high': 'HIGH from',
  'fit.priority.medium': 'MEDIUM from',
  'fallback.team': 'Fallback team',
  'fallback.person': 'Fallback person',
  'sla.claimed_but_idle': 'Ask after a claim without contact after',
  'sla.cold_after': 'Cold after',
  'follow_up.HIGH': 'Follow-up of HIGH leads',
  'follow_up.MEDIUM': 'Follow-up of MEDIUM leads',
  'follow_up.LOW': 'Follow-up of LOW leads',
  'follow_up.queue': 'Call queue',
  'follow_up.sequences.tool': 'Tool with sequences',
  'follow_up.sequences.HIGH': 'Sequence for HIGH leads',
  'follow_up.sequences.MEDIUM': 'Sequence for MEDIUM leads',
  'follow_up.sequences.LOW': 'Sequence for LOW leads',
  'notify.assigned': 'New leads are told by',
  'notify.channel': 'Channel',
  'notify.burst': 'Cards before a digest',
  'card.lines': 'Facts on cards',
  'reply.enabled': 'First answer to leads',
  'reply.to': 'First answer goes to',
  'reply.within': 'First answer within',
  'reply.from': 'First answer from',
  'reply.subject': 'Subject of the first answer',
  'reply.body': 'Text of the first answer',
  'reply.test_leads': 'First answer to test leads',
  'reply.postal_address': 'Postal address in mails',
  'reply.not_again_within': 'No second answer within',
  'reply.withhold.customers': 'No first answer to customers',
  'reply.withhold.open_deals': 'No first answer where a deal is open',
  'reply.withhold.consent_required_in': 'Consent required in',
  'reply.withhold.competitors': 'Competitors',
  admins: 'Admins',
  viewers: 'Viewers',
  nurture: 'Nurture',
  crm_queue: 'CRM queue',
  'crm.system': 'CRM',
  'crm.mode': 'CRM records',
  'crm.currency': 'CRM currency',
  'crm.campaign.name': 'CRM campaign',
  'crm.campaign.status': 'Status in the CRM campaign',
  'crm.opportunity.pipeline': 'Pipeline of new deals',
  'crm.opportunity.stage': 'Stage of new deals',
  'crm.opportunity.name': 'Name of new deals',
};

/** Lists whose entries have a name: what the name's key is, and what an entry is called. */
const NAMED: Record<string, { key: string; noun: string; nameOf?: string }> = {
  people: { key: 'email', noun: 'Person', nameOf: 'name' },
  routing: { key: 'name', noun: 'Rule' },
  teams: { key: '', noun: 'Team', nameOf: 'name' },
  templates: { key: '', noun: 'Template', nameOf: 'name' },
};

const LONGEST = 120;
const MOST_IN_A_LINE = 3;

/** What is different, a sentence each, in the playbook's order; empty when only comments and looks differ. */
export function differenceInWords(before: string, after: string): string[] {
  const [old, now]: [Plain, Plain] = [{ ...writtenIn(before) }, { ...writtenIn(after) }];
  const sections = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return sections.flatMap(section => inSection(section, old[section], now[section], namesIn(old, now)));
}

/** The same as one line, for a list of versions. */
export function inOneLine(difference: readonly string[]): string {
  if (difference.length === 0) return 'Only comments and layout';
  const more = difference.length - MOST_IN_A_LINE;
  const shown = difference.slice(0, MOST_IN_A_LINE).join('; ');
  return clipped(more > 0 ? `${shown}; and ${more} more` : shown, 300);
}

/** People by their addresses and teams by their keys: as they are called now, else as they were. */
function namesIn(old: Plain, now: Plain): RuleNames {
  const people = [now, old].flatMap(({ people: all }) => (Array.isArray(all) ? all.filter(isPlain) : []));
  const teams = [now, old].flatMap(({ teams: all }) => (isPlain(all) ? [all] : []));
  return {
    person: email => String(people.find(one => one.email === email)?.name ?? email),
    team: key => String(own(teams.map(all => own(all, key)).find(isPlain), 'name') ?? key),
  };
}

function inSection(section: string, old: unknown, now: unknown, names: RuleNames): string[] {
  if (isDeepStrictEqual(old, now)) return [];
  const named = NAMED[section];
  if (named) return inNamed(section, named, entriesOf(old, named.key), entriesOf(now, named.key), names);
  return inValue(section, old, now, names);
}

/** People, rules, teams, templates: added, removed, changed, moved. */
function inNamed(
  section: string,
  { noun, nameOf }: { noun: string; nameOf?: string },
  old: ReadonlyMap<string, unknown>,
  now: ReadonlyMap<string, unknown>,
  names: RuleNames,
): string[] {
  const called = (key: string, value: unknown) => `${noun} “${clipped(String(own(value, nameOf) ?? key), LONGEST)}”`;
  const removed = [...old].filter(([key]) => !now.has(key)).map(([key, value]) => `${called(key, value)} removed`);
  const others = [...now].flatMap(([key, value]): string[] => {
    if (!old.has(key)) return [`${called(key, value)} added${whatIs(section, value, names)}`];
    const was = old.get(key);
    if (isDeepStrictEqual(was, value)) return [];
    if (section === 'routing')
      return [
        `${called(key, value)}: ${ruleWords(was as WrittenRule, names)} ⇒ ${ruleWords(value as WrittenRule, names)}`,
      ];
    return inValue('', was, value, names).map(text => `${called(key, value)}: ${text}`);
  });
  return [...removed, ...others, ...moves(noun, [...old.keys()], [...now.keys()])];
}

/** What somebody must read before they save it: whose leads a new rule takes where, and who is in a new team. */
function whatIs(section: string, value: unknown, names: RuleNames): string {
  if (section === 'routing') return `: ${ruleWords(value as WrittenRule, names)}`;
  const members = own(value, 'members');
  return section === 'teams' && isMembers(members)
    ? `: ${clipped(members.map(memberWords(names)).join(', '), LONGEST)}`
    : '';
}

/** "Marcus Chen", "Marcus Chen (weight 3, open limit 5)". */
const memberWords =
  (names: RuleNames) =>
  ({ person, ...more }: Member): string => {
    const rest = Object.entries(more).map(([key, one]) => `${keyWords(key)} ${shown(one)}`);
    return `${names.person(person)}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
  };

/** "+ Priya Nair, − Tom Okafor"; somebody whose share changed is both. */
function inMembers(old: readonly Member[], now: readonly Member[], names: RuleNames): string {
  const [was, is] = [old, now].map(all => all.map(memberWords(names))) as [string[], string[]];
  return inNames(was, is);
}

type Member = Plain & { person: string };

function isMembers(value: unknown): value is readonly Member[] {
  return Array.isArray(value) && value.length > 0 && value.every(one => typeof own(one, 'person') === 'string');
}

function moves(noun: string, old: readonly string[], now: readonly string[]): string[] {
  const [was, is] = [old.filter(key => now.includes(key)), now.filter(key => old.includes(key))];
  // The order means something for rules only.
  if (noun !== 'Rule' || isDeepStrictEqual(was, is)) return [];
  const without = (all: readonly string[], key: string) => all.filter(one => one !== key);
  const moved = is.find(key => isDeepStrictEqual(without(was, key), without(is, key)));
  if (moved === undefined) return ['Rules in another order'];
  return [`Rule “${clipped(moved, LONGEST)}” moved from ${old.indexOf(moved) + 1} to ${now.indexOf(moved) + 1}`];
}

function inValue(path: string, old: unknown, now: unknown, names: RuleNames): string[] {
  if (isDeepStrictEqual(oneValue(old), oneValue(now))) return [];
  if (path === 'nurture' && (old === undefined || now === undefined)) {
    return inValue(path, old ?? {}, now ?? {}, names);
  }
  if (path === 'reply.templates') return answersDifference(entriesIn(old), entriesIn(now), names.team);
  if (isPlain(old) && isPlain(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return keys.flatMap(key => inValue(path ? `${path}.${key}` : key, old[key], now[key], names));
  }
  const label = labelOf(path);
  if (path === 'members' && isMembers(old) && isMembers(now)) return [`${label}: ${inMembers(old, now, names)}`];
  if (isNames(old) && isNames(now)) return [`${label}: ${inNames(old, now, path === 'admins' ? names : undefined)}`];
  const said = (value: unknown) => {
    if (typeof value === 'string') return named(path, value, names);
    return path === 'mql.score_property' && isPlain(value) ? bySource(value) : shown(value);
  };
  if (old === undefined) return [`${label}: ${said(now)}`];
  if (now === undefined) return [`${label} removed (was ${said(old)})`];
  return [`${label} ${said(old)} → ${said(now)}`];
}

const entriesIn = (value: unknown) => (Array.isArray(value) ? value.filter(isPlain) : []) as unknown as WrittenAnswer[];

/** What each source may have of its own: "Score property in NAME". */
const BY_SOURCE = /^(mql\.(?:score_property|require_lifecycle)|nurture)\.([^.]+)$/;

function labelOf(path: string): string {
  const [, of = '', source = ''] = BY_SOURCE.exec(path) ?? [];
  if (of) return `${LABELS[of]} in ${serviceName(source)}`;
  return LABELS[path] ?? path.split('.').map(keyWords).join(' › ');
}

/** What is a person's address or a team's key is called by its name. */
function named(path: string, value: string, { person, team }: RuleNames): string {
  if (path === 'fallback.team') return team(value);
  return shown(path === 'fallback.person' || path === 'manager' ? person(value) : value);
}

/** `names`: the values are addresses of people. */
function inNames(old: readonly unknown[], now: readonly unknown[], names?: RuleNames): string {
  const called = (one: unknown) => shown(names ? names.person(String(one)) : one);
  const added = now.filter(one => !old.includes(one)).map(one => `+ ${called(one)}`);
  const removed = old.filter(one => !now.includes(one)).map(one => `− ${called(one)}`);
  return [...added, ...removed].join(', ') || 'in another order';
}

/** "fit_score in NAME". */
const bySource = (value: Plain): string =>
  Object.entries(value)
    .map(([source, property]) => `${shown(property)} in ${serviceName(source)}`)
    .join(', ');

/** A key as people say it; a field of the CRM keeps its name. */
const keyWords = (key: string): string => (/__[a-z]+$/i.test(key) ? key : key.replaceAll('_', ' '));

/** A value in a few words. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return clipped(value.map(shown).join(isNames(value) ? ' or ' : '; ') || 'none', LONGEST);
  if (isPlain(value)) {
    if (typeof value.at === 'string' && typeof value.do === 'string') return `${value.do} at ${value.at}`;
    const parts = Object.entries(value).map(([key, one]) => `${keyWords(key)} ${shown(one)}`);
    return clipped(parts.join(', ') || 'nothing', LONGEST);
  }
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return clipped(String(value).replace(/\s+/g, ' ').trim(), LONGEST);
}

function entriesOf(value: unknown, key: string): Map<string, unknown> {
  if (Array.isArray(value)) return new Map(value.map(one => [nameIn(one, key), one]));
  return new Map(Object.entries(isPlain(value) ? value : {}));
}

/** Addresses are compared in lower case. */
function nameIn(entry: unknown, key: string): string {
  const name = String(own(entry, key)).trim();
  return key === 'email' ? name.toLowerCase() : name;
}

function own(value: unknown, key: string | undefined): unknown {
  return isPlain(value) && key !== undefined ? value[key] : undefined;
}

/** One value and a list of one mean the same. */
function oneValue(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && !isPlain(value[0]) ? value[0] : value;
}

function isNames(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(one => !isPlain(one));
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function clipped(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${Array.from(text)
        .slice(0, most - 1)
        .join('')}…`;
}
