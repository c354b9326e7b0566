/** A form whose names are paths, as PHP writes them: `contact[fields][39]=a`. Pure. */

/** Deeper and longer is no delivery of anybody. */
const [DEEPEST, MOST_FIELDS, LONGEST_NAME] = [5, 2_000, 500];

export interface Branch {
  [name: string]: string | Branch;
}

/** Names that do not read as paths stand as they are; of a name that is given twice the last counts. */
export function parseBrackets(text: string): Branch {
  const root = branch();
  for (const [name, value] of [...new URLSearchParams(text)].slice(0, MOST_FIELDS)) put(root, pathOf(name), value);
  return root;
}

/** Without a prototype: `__proto__` is a name like any other. */
const branch = (): Branch => Object.create(null);

function pathOf(name: string): string[] {
  const [, head, rest] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name.slice(0, LONGEST_NAME)) ?? [];
  if (head === undefined || rest === undefined) return [name.slice(0, LONGEST_NAME)];
  const path = [head, ...rest.slice(1, -1).split('][')];
  return path.length > DEEPEST ? [name.slice(0, LONGEST_NAME)] : path;
}

function put(root: Branch, path: readonly string[], value: string): void {
  let at = root;
  for (const name of path.slice(0, -1)) {
    const next = at[name];
    const deeper = typeof next === 'object' ? next : branch();
    at[name] = deeper;
    at = deeper;
  }
  at[path.at(-1) ?? ''] = value;
}
