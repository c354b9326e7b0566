/** However a file imports another, the guards of the architecture see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from './imports.ts';

const read: [what: string, text: string][] = [
  ['plainly', `import { a } from './b.ts';`],
  ['in double quotes', `import { a } from "./b.ts";`],
  ['without a space', `import{a}from'./b.ts'`],
  ['indented', `  import { a } from './b.ts';`],
  ['behind another statement', `let a = 1; import './b.ts';`],
  ['for its effects', `import './b.ts';`],
  ['a type', `import type { A } from './b.ts';`],
  ['a type where it is needed', `let a: import('./b.ts').A | undefined;`],
  ['the type of a module', `let a: typeof import("./b.ts") | undefined;`],
  ['on demand', `const a = await import('./b.ts');`],
  ['on demand, in backticks', 'const a = await import(`./b.ts`);'],
  ['on demand, with a comment', `const a = await import(/* later */ './b.ts');`],
  ['on demand, over lines', `const a = await import(\n  './b.ts'\n);`],
  ['passed on', `export { a } from './b.ts';`],
  ['all of it passed on', `export * from './b.ts';`],
  ['all of it passed on under a name', `export * as b from './b.ts';`],
  ['over several lines', `import {\n  a, // of; b\n  c,\n} from './b.ts';`],
  ['with attributes', `import a from './b.ts' with { type: 'json' };`],
  ['as CommonJS', `import a = require('./b.ts');`],
  ['by require', `const a = require('./b.ts');`],
  ['by its address', `const a = import.meta.resolve('./b.ts');`],
  ['roundabout', `import { a } from '.././src/./b.ts';`],
];

for (const [what, text] of read) {
  test(`an import is seen: ${what}`, () => {
    assert.deepEqual(importsOf('src/a.ts', text), { files: ['src/b.ts'], unreadable: [] });
  });
}

test('what only looks like an import is none', () => {
  const text = `// import './b.ts'\nconst a = "import './b.ts'"; const b = { import: (c: string) => c }; b.import('./c.ts');\nimport 'zod';`;
  assert.deepEqual(importsOf('src/a.ts', text), { files: [], unreadable: [] });
});

const unreadable = [
  'const a = await import(name);',
  "const a = await import('./' + name);",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
  'const a = await import(`./${name}.ts`);',
  'const a = require(name);',
  "import '/etc/b.ts';",
  "import 'file:///b.ts';",
  "import { createRequire } from 'node:module';",
  "import { createRequire as r } from 'node:module';",
  "import * as m from 'node:module'; m.createRequire(import.meta.url)('x');",
];

for (const text of unreadable) {
  test(`what nobody can follow is said: ${text}`, () => {
    assert.equal(importsOf('src/a.ts', text).unreadable.length, 1);
  });
}
