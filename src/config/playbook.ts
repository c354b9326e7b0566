import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { describeIssues, type PlaybookProblem, pathText } from './playbook/problems.ts';
import { type Draft, referenceProblems } from './playbook/references.ts';
import { type Playbook, playbookSchema } from './playbook/schema.ts';

export { inRange, type NumberRange } from './playbook/conditions.ts';
export type { PlaybookProblem } from './playbook/problems.ts';
export type {
  Ladder,
  LadderStep,
  Person,
  Playbook,
  ProfileConditions,
  RouteTarget,
  RoutingConditions,
  RoutingRule,
  Scoring,
  Team,
  TeamMember,
  WorkingHours,
} from './playbook/schema.ts';

/** A playbook, or everything that is wrong with it. */
export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; problems: PlaybookProblem[] };

/** No playbook of people and rules is longer; a longer text is a mistake or an attack. */
const MOST_CHARACTERS = 512_000;

/**
 * Reads a playbook from YAML. Reports every problem at once, each with its path, its line and the nearest known word.
 * Never throws.
 */
export function parsePlaybook(yamlText: string): ParsedPlaybook {
  if (yamlText.length > MOST_CHARACTERS) {
    return { ok: false, problems: [{ path: '', message: `is too long: at most ${MOST_CHARACTERS} characters` }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map(error => ({
        path: '',
        message: `is not YAML: ${error.message}`,
        line: lines.linePos(error.pos[0]).line,
      })),
    };
  }
  const data = plainData(document);
  if (!data.ok) return { ok: false, problems: [{ path: '', message: `is not YAML: ${data.message}` }] };
  if (!isMap(document.contents)) {
    return { ok: false, problems: [{ path: '', message: 'is empty or no group of keys: start with "version: 1"' }] };
  }
  const parsed = playbookSchema.safeParse(data.value);
  const shape = parsed.success ? [] : describeIssues(parsed.error.issues, playbookSchema, data.value);
  const problems = [...shape, ...referenceProblems(draftOf(data.value))];
  if (parsed.success && problems.length === 0) return { ok: true, playbook: parsed.data };
  return { ok: false, problems: withLines(problems, document, lines) };
}

/** JSON Schema of a playbook as it is written (before defaults and durations are worked out). */
export function playbookJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(playbookSchema, { io: 'input' });
  return { title: 'Baton playbook', ...schema };
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

/** Each section judged alone, so that a slip in one does not hide the mistakes in another. */
function draftOf(data: unknown): Draft {
  const raw = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const sections: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(playbookSchema.shape)) {
    const section = schema.safeParse(raw[key]);
    if (section.success) sections[key] = section.data;
  }
  const people = Array.isArray(raw.people) ? raw.people : [];
  return {
    sections: sections as Partial<Playbook>,
    people: people.flatMap(one => (typeof one?.email === 'string' ? [one.email.trim().toLowerCase()] : [])),
    teams: typeof raw.teams === 'object' && raw.teams !== null ? Object.keys(raw.teams) : [],
  };
}

function withLines(problems: PlaybookProblem[], document: YamlDocument, lines: LineCounter): PlaybookProblem[] {
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
  return problems.map(problem => {
    const line = places.get(problem.path) ?? places.get(problem.path.replace(/(\.[^.[]+|\[\d+\])$/, ''));
    return line === undefined ? problem : { ...problem, line };
  });
}
