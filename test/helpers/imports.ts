/** What a file imports, as a parser of TypeScript reads it: types, dynamic imports and whatever Node resolves by itself. */
import { dirname, join } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface FileImports {
  /** Files, from the root of the repository on. Packages are left out. */
  files: string[];
  /** What is imported in a way that nobody can follow by reading: a computed name, `createRequire`, an absolute path. */
  unreadable: string[];
}

type Node = Record<string, unknown> & { type: string; start: number; end: number };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Names of a file are relative to the root. @throws Error when it is no TypeScript */
export function importsOf(file: string, text: string): FileImports {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: FileImports = { files: [], unreadable: [] };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (!isNode(value)) return;
    for (const source of sourcesOf(value)) {
      const name = textOf(source);
      if (name === undefined || /^(\/|file:|data:)/.test(name))
        found.unreadable.push(text.slice(value.start, value.end));
      else if (name.startsWith('.')) found.files.push(join(dirname(file), name));
    }
    if (value.type === 'Identifier' && value.name === 'createRequire') found.unreadable.push('createRequire');
    for (const one of Object.values(value)) if (typeof one === 'object') visit(one);
  };
  visit(program);
  return { files: [...new Set(found.files)], unreadable: [...new Set(found.unreadable)] };
}

/** What a node of the tree names as a module. */
function sourcesOf(node: Node): unknown[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return [node.source];
    case 'ExportNamedDeclaration':
      return node.source ? [node.source] : [];
    case 'TSExternalModuleReference':
      return [node.expression];
    case 'CallExpression':
      return resolvedBy(node.callee, (node.arguments as unknown[])[0]);
    default:
      return [];
  }
}

/**
 * By `require` and `require.resolve`, and by `import.meta.resolve` where it is said: that alone loads nothing, and
 * whoever imports what it answers does so by a computed name.
 */
function resolvedBy(callee: unknown, source: unknown): unknown[] {
  if (!isNode(callee)) return [];
  if (callee.type === 'Identifier') return callee.name === 'require' ? [source] : [];
  const { object, property } = callee as { object?: unknown; property?: unknown };
  if (!isNode(object) || !isNode(property) || property.name !== 'resolve') return [];
  if (object.type === 'MetaProperty') return textOf(source) === undefined ? [] : [source];
  return object.name === 'require' ? [source] : [];
}

/** A text that stands there as it is; undefined for one that is made up. */
function textOf(source: unknown): string | undefined {
  if (!isNode(source)) return undefined;
  if (source.type === 'Literal' && typeof source.value === 'string') return source.value;
  const { expressions, quasis } = source as { expressions?: unknown[]; quasis?: { value: { cooked: string } }[] };
  return source.type === 'TemplateLiteral' && expressions?.length === 0 ? quasis?.[0]?.value.cooked : undefined;
}
