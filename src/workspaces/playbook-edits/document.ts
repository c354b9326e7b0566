/** Writing a changed playbook back into its YAML: what did not change keeps its text, comments and order. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { WrittenPlaybook } from '../../config/playbook.ts';

type Plain = Record<string, unknown>;

/** The playbook as it is written: before defaults and durations are worked out. */
export function writtenIn(yaml: string): WrittenPlaybook {
  // Only texts that parsePlaybook takes are saved, and those have this shape.
  return plainOf(parseDocument(yaml, { logLevel: 'error' })) as WrittenPlaybook;
}

function plainOf(document: Document): Plain {
  return document.toJS({ maxAliasCount: 100 }) as Plain;
}

/**
 * The text with its content changed to `next`. Sections that did not change keep their text to the byte; in the others
 * every line that says the same keeps its look, and comments stay with what they are about.
 * @throws when the text cannot say it, for example when an anchor goes that is used elsewhere
 */
export function rewritten(yaml: string, next: WrittenPlaybook): string {
  const document = parseDocument(yaml, { logLevel: 'error' });
  const root = document.contents;
  if (!isMap(root)) throw new Error('the playbook is no group of keys');
  const touched = bringUpToDate(document, root as YAMLMap, { ...next });
  const whole = document.toString({ lineWidth: 0 });
  const pieced = root.flow ? whole : piecedTogether(yaml, whole, touched);
  const says = [pieced, whole].find(text => isDeepStrictEqual(writtenIn(text), next));
  if (says === undefined) throw new Error('the playbook could not be written');
  return says;
}

function bringUpToDate(document: Document, root: YAMLMap, next: Plain): Set<string> {
  const before = plainOf(document);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(next)])];
  const touched = keys.filter(key => !isDeepStrictEqual(before[key], next[key]));
  for (const key of touched) {
    if (next[key] === undefined) root.delete(key);
    else root.set(key, renewed(document, root.get(key, true), next[key], 0));
  }
  return new Set(touched);
}

/** The node with this content: the old node wherever it says the same. */
function renewed(document: Document, node: unknown, value: unknown, depth: number): unknown {
  if (isNode(node) && isDeepStrictEqual(node.toJS(document), value)) return node;
  if (isScalar(node) && !isObject(value)) {
    node.value = value;
    return node;
  }
  if (isMap(node) && isObject(value) && !Array.isArray(value))
    return renewedMap(document, node as YAMLMap, value, depth);
  if (isSeq(node) && Array.isArray(value)) {
    node.items = renewedItems(document, node.items, value, depth);
    return node;
  }
  return fresh(document, value, depth);
}

function renewedMap(document: Document, node: YAMLMap, value: Plain, depth: number): YAMLMap {
  const before = Object.keys(node.toJS(document) as Plain);
  for (const key of before.filter(one => !(one in value))) node.delete(key);
  for (const [key, one] of Object.entries(value)) {
    const old = node.get(key, true);
    if (isNode(old)) node.set(key, renewed(document, old, one, depth + 1));
    else node.set(document.createNode(key), fresh(document, one, depth + 1));
  }
  return node;
}

/** Items that say the same move with their comments; a changed one is known by who or what it is about. */
function renewedItems(document: Document, items: unknown[], value: unknown[], depth: number): unknown[] {
  const left = new Set(items.filter(isNode));
  const plain = new Map([...left].map(node => [node, node.toJS(document) as unknown]));
  const take = (fits: (old: unknown) => boolean): Node | undefined => {
    const found = [...left].find(node => fits(plain.get(node)));
    if (found) left.delete(found);
    return found;
  };
  const same = value.map(one => take(old => isDeepStrictEqual(old, one)));
  return value.map((one, index) => {
    const kept = same[index];
    if (kept) return kept;
    const name = identity(one);
    const about = name === undefined ? undefined : take(old => identity(old) === name);
    const inPlace = about ?? (isObject(one) && items.length === value.length ? takeAt(items[index], left) : undefined);
    return inPlace ? renewed(document, inPlace, one, depth + 1) : fresh(document, one, depth + 1, true);
  });
}

function takeAt(node: unknown, left: Set<Node>): Node | undefined {
  return isNode(node) && left.delete(node) ? node : undefined;
}

function identity(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const { email, person, name, do: deed } = value;
  return email ?? person ?? name ?? deed;
}

/** In the way the example is written: sections and their entries as lines, what is in them in braces. */
function fresh(document: Document, value: unknown, depth: number, item = false): Node {
  const lines = depth <= 1 && !item;
  const node = document.createNode(value, { flow: !lines, aliasDuplicateObjects: false });
  visit(node, { Scalar: quoteTime });
  if (!lines) {
    if (isSeq(node) && node.items.some(isCollection)) node.flow = false;
    return node;
  }
  if (isCollection(node)) {
    for (const part of node.items) {
      const inner = 'value' in (part as object) ? (part as { value: unknown }).value : part;
      if (isCollection(inner)) inFlow(inner, !(isMap(inner) && depth === 0));
    }
  }
  return node;
}

/** Other readers of YAML take a bare 09:00 for a number. */
function quoteTime(_key: unknown, node: Scalar): void {
  if (typeof node.value === 'string' && /^\d{2}:\d{2}$/.test(node.value)) node.type = 'QUOTE_DOUBLE';
}

function inFlow(node: { flow?: boolean; items: unknown[] }, flow: boolean): void {
  const ofMaps = isSeq(node) && node.items.some(isMap);
  node.flow = flow && !ofMaps;
  for (const part of node.items) {
    const inner = typeof part === 'object' && part !== null && 'value' in part ? part.value : part;
    if (isCollection(inner)) inFlow(inner, true);
  }
}

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

/** Untouched sections as they were written, the others as they are now. */
function piecedTogether(before: string, after: string, touched: ReadonlySet<string>): string {
  const [old, now] = [sections(before), sections(after)];
  const pieces = [...now.parts].map(([key, text]) => {
    const was = old.parts.get(key);
    if (was === undefined) return text;
    return touched.has(key) ? alike(was, text) : was;
  });
  return [old.head, ...pieces].map((piece, index) => (index === pieces.length ? piece : ended(piece))).join('');
}

const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** What stands before the first key, and each key with all that follows it up to the next. */
function sections(yaml: string): { head: string; parts: Map<string, string> } {
  const root = parseDocument(yaml, { logLevel: 'error' }).contents;
  const keys = isMap(root) ? root.items.flatMap(({ key }) => (isScalar(key) ? [key] : [])) : [];
  const starts = keys.map(key => key.range?.[0] ?? 0);
  const parts = keys.map((key, index): [string, string] => [
    String(key.value),
    yaml.slice(starts[index], starts[index + 1]),
  ]);
  return { head: yaml.slice(0, starts[0]), parts: new Map(parts) };
}

/** Lines that say the same as before look as before; a comment beside a changed line stays in its column. */
function alike(before: string, after: string): string {
  const old = before.split('\n');
  const unused = new Map<string, string[]>();
  for (const line of old) unused.set(bare(line), [...(unused.get(bare(line)) ?? []), line]);
  const columns = new Map(
    old.flatMap(line => (commentOf(line) ? [[commentOf(line), line.lastIndexOf(commentOf(line))]] : [])),
  );
  const joined = after.replace(/^( *[^\s#][^#\n]*:)\n +(#.*)$/gm, (whole, key: string, comment: string) =>
    unused.has(`${key} ${comment}`) ? `${key} ${comment}` : whole,
  );
  return joined
    .split('\n')
    .map(line => unused.get(bare(line))?.shift() ?? inColumn(line, columns.get(commentOf(line))))
    .join('\n');
}

/** A line without the spaces that are only looks. */
function bare(line: string): string {
  return line
    .replace(/(?<!\s)\s+#/g, ' #')
    .replace(/([[{])\s+/g, '$1')
    .replace(/(?<!\s)\s+([\]}])/g, '$1')
    .trimEnd();
}

function commentOf(line: string): string {
  return /\S\s+(#.*)$/.exec(line)?.[1]?.trimEnd() ?? '';
}

function inColumn(line: string, column: number | undefined): string {
  const comment = commentOf(line);
  if (!comment || column === undefined) return line;
  const says = line.slice(0, line.lastIndexOf(comment)).trimEnd();
  return `${says.padEnd(column - 1)} ${comment}`;
}
