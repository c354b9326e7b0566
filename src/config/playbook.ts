import { isMap, isNode, Lexer, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { storable } from '../lib/text.ts';
import { withCrmDefaults } from './playbook/crm-schema.ts';
import { duplicateKeys } from './playbook/duplicate-keys.ts';
import {
  describeIssues,
  type FoundProblem,
  type PlaybookProblem,
  pathText,
  toldProblems,
} from './playbook/problems.ts';
import { readable } from './playbook/readable.ts';
import { type Draft, referenceProblems } from './playbook/references.ts';
import { runawayProblems } from './playbook/runaway.ts';
import { mailTemplate, type Playbook, type PlaybookSchemas, person, playbookSchemas, team } from './playbook/schema.ts';
import { VISITS_PATTERN } from './playbook/scoring-schema.ts';
import { tooLongProblems } from './playbook/too-long.ts';
import type { CrmDefaults, PlaybookVendors } from './playbook/vendors.ts';

export { inRange, type NumberRange } from './playbook/conditions.ts';
export type { PlaybookProblem } from './playbook/problems.ts';
export type {
  Person,
  Playbook,
  ProfileConditions,
  RoutingConditions,
  RoutingRule,
  Scoring,
  Team,
  TeamMember,
  WorkingHours,
  WrittenPlaybook,
} from './playbook/schema.ts';
export { VISITS_PATTERN } from './playbook/scoring-schema.ts';
export {
  INTRO_BODY,
  type MailTemplate,
  type MoreCrmName,
  mailTemplates,
  type TemplateName,
} from './playbook/templates.ts';
export { nurtureKinds, type PlaybookVendors, sourceLabels } from './playbook/vendors.ts';

/** A playbook, or everything that is wrong with it. */
export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; problems: PlaybookProblem[] };

/** No playbook of people and rules is longer; a longer text is a mistake or an attack. */
const MOST_CHARACTERS = 512_000;

/** Nothing of a playbook lies deeper than six; the reader of YAML takes minutes for some ten thousand open brackets. */
const MOST_DEPTH = 50;

/** How many brackets stand open at once, at most; those within quoted texts open nothing. One pass over the text. */
function deepest(yamlText: string): number {
  let [open, most] = [0, 0];
  for (const token of new Lexer().lex(yamlText)) {
    if (token === '[' || token === '{') open += 1;
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
    most = Math.max(most, open);
  }
  return most;
}

/**
 * Reads a playbook from YAML. Reports every problem at once, each with its path, its line and the nearest known word.
 * Never throws.
 * @param vendors those it may name
 * @param isStored it was saved before: it goes on working although it asks for too long a wait, or for a text that loops too often
 */
export function parsePlaybook(
  yamlText: string,
  vendors: PlaybookVendors,
  { isStored = false }: { isStored?: boolean } = {},
): ParsedPlaybook {
  if (yamlText.length > MOST_CHARACTERS) {
    return { ok: false, problems: [{ path: '', message: `is too long: at most ${MOST_CHARACTERS} characters` }] };
  }
  if (deepest(yamlText) > MOST_DEPTH) {
    return {
      ok: false,
      problems: [{ path: '', message: `opens more than ${MOST_DEPTH} brackets within one another` }],
    };
  }
  const lines = new LineCounter();
  const document = parseDocument(yamlText, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  });
  const mistakes = [
    ...document.errors.map(({ message, pos }) => ({ message, at: pos[0] })),
    ...duplicateKeys(document).map(at => ({ message: 'Map keys must be unique', at })),
  ];
  if (mistakes.length > 0) {
    const told = mistakes.map(({ message, at }) => ({
      path: '',
      message: `is not YAML: ${message}`,
      line: lines.linePos(at).line,
    }));
    return { ok: false, problems: toldProblems(told) };
  }
  const data = plainData(document);
  if (!data.ok) return { ok: false, problems: [{ path: '', message: `is not YAML: ${data.message}` }] };
  if (!isMap(document.contents)) {
    return { ok: false, problems: [{ path: '', message: 'is empty or no group of keys: start with "version: 1"' }] };
  }
  const schemas = playbookSchemas(vendors);
  const parsed = schemas.playbook.safeParse(storable(data.value));
  const shape = parsed.success ? [] : describeIssues(parsed.error.issues, schemas.playbook, data.value);
  const misshapen = new Set(shape.map(({ path }) => path));
  // What cannot be read looks like something that is missing.
  const draft = draftOf(data.value, schemas);
  const references = referenceProblems(draft, vendors).filter(({ path }) => !misshapen.has(path));
  const problems = [...shape, ...references, ...(isStored ? [] : tooMuch(draft))];
  if (parsed.success && problems.length === 0) {
    const crm = withCrmDefaults(parsed.data.crm, recordOf(data.value).crm, crmDefaults(parsed.data.crm, vendors));
    return { ok: true, playbook: { ...parsed.data, crm } };
  }
  return { ok: false, problems: toldProblems(withLines(problems, document, lines)) };
}

const tooMuch = (draft: Draft) => [...tooLongProblems(draft.sections.sla), ...runawayProblems(draft)];

/** JSON Schema of a playbook over these vendors as it is written (before defaults and durations are worked out). */
export function playbookJsonSchema(vendors: PlaybookVendors): Record<string, unknown> {
  const schema = z.toJSONSchema(playbookSchemas(vendors).playbook, { io: 'input', override: onlyKnownBehaviours });
  return { title: 'Baton playbook', ...schema };
}

/** The check for `website_visits_N_in_Md` is code; said as a pattern, editors see it too. */
function onlyKnownBehaviours({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.properties === undefined || !('email_opened' in jsonSchema.properties)) return;
  jsonSchema.patternProperties = { [VISITS_PATTERN.source]: jsonSchema.properties.email_opened ?? {} };
  jsonSchema.additionalProperties = false;
}

/** Those of the CRM it names; where it names none, of the first there is that need not be named. */
function crmDefaults({ system }: Playbook['crm'], { crms }: PlaybookVendors): CrmDefaults {
  const unnamed = Object.values(crms).find(({ vocabulary }) => vocabulary.mustBeNamed !== true);
  const known = system === undefined ? unnamed : crms[system];
  return known?.vocabulary.defaults ?? {};
}

type YamlDocument = ReturnType<typeof parseDocument>;

function plainData(document: YamlDocument): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    // Aliases that point nowhere, or that multiply without end.
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** As much of the file as can be read, so that a slip in one place does not hide the mistakes in another. */
function draftOf(data: unknown, { playbook: { shape }, routingRule }: PlaybookSchemas): Draft {
  const raw = recordOf(data);
  const people = Array.isArray(raw.people) ? raw.people : [];
  const rules = Array.isArray(raw.routing) ? raw.routing : [];
  return {
    sections: {
      admins: readable(shape.admins, raw.admins),
      crm: readable(shape.crm, raw.crm),
      mql: readable(shape.mql, raw.mql),
      fallback: readable(shape.fallback, raw.fallback),
      follow_up: readable(shape.follow_up, raw.follow_up),
      sla: readable(shape.sla, raw.sla),
      notify: readable(shape.notify, raw.notify),
      reply: readable(shape.reply, raw.reply),
    },
    persons: asReadable(person, people),
    rules: asReadable(ruleJudged(routingRule), rules),
    groups: asReadable(team, recordOf(raw.teams)),
    templates: asReadable(mailTemplate, recordOf(raw.templates)),
    people: new Set(
      people
        .map(one => recordOf(one).email)
        .flatMap(one => (typeof one === 'string' ? [one.trim().toLowerCase()] : [])),
    ),
    teams: new Set(Object.keys(recordOf(raw.teams))),
  };
}

/** A rule's conditions count together or not at all: without one of them it would take other leads. */
const ruleJudged = (rule: PlaybookSchemas['routingRule']) => rule.extend({ when: z.unknown().pipe(rule.shape.when) });

function asReadable<T extends z.ZodType>(schema: T, given: readonly unknown[] | Record<string, unknown>) {
  return Object.entries(given).map(([key, value]) => [key, readable(schema, value) ?? {}] as const);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function withLines(problems: FoundProblem[], document: YamlDocument, lines: LineCounter): FoundProblem[] {
  const places = new Map<string, number>();
  const visit = (node: unknown, path: PropertyKey[]): void => {
    if (!isNode(node)) return;
    if (node.range) places.set(pathText(path), lines.linePos(node.range[0]).line);
    if (!('items' in node)) return;
    node.items.forEach((item, index) => {
      if (isMap(node)) {
        const pair = item as { key: unknown; value: unknown };
        const key = [...path, String(isNode(pair.key) ? pair.key.toJSON() : pair.key)];
        visit(pair.value, key);
        // The key's own line, not that of what follows it.
        if (isNode(pair.key) && pair.key.range) places.set(pathText(key), lines.linePos(pair.key.range[0]).line);
      } else visit(item, [...path, index]);
    });
  };
  visit(document.contents, []);
  const placed = problems.map(problem => {
    const line = places.get(problem.path) ?? places.get(problem.path.replace(/(\.[^.[]+|\[\d+\])$/, ''));
    return line === undefined ? problem : { ...problem, line };
  });
  return placed.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
