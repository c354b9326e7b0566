/**
 * Text from outside may be as long as a request: whatever reads it must take a time that grows with the length, not with
 * its square. Every exported function that takes text first is called, found in the sources, so that a new one is too.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { EXAMPLE, PLAYBOOK_VENDORS, playbookIn } from './helpers/playbook.ts';

const LENGTH = 40_000;
/** Milliseconds of processor for one call; a quadratic one takes seconds. */
const MOST_MS = 500;

const KINDS = [
  ...' \n\t_*~`.,;:!?/\\|@#&%$=+-^<>()[]{}"\'0aA東\u0301\u200b\u200d\ufeff\u00a0',
  ...['\r\n', '👩‍💻', 'é', '\ud800', '\0'],
  ...[
    'a ',
    'A b ',
    'a.',
    'a_',
    'a,',
    '1,',
    '1.',
    '1 ',
    '1h',
    'a@',
    'a@b.',
    '<a',
    '<!',
    '&lt;',
    '](',
    'to ',
    '<@U1> ',
    '":"',
  ],
];
const hostile = KINDS.flatMap(kind => {
  const many = kind.repeat(Math.ceil(LENGTH / kind.length));
  return [`${many}!x`, `a${many}\na`];
});

/** Rooms whose functions act: they take text from Baton alone. */
const ACTING = /^src\/(cli|db|jobs)\b|^src\/[a-z-]+\.ts$/;
/** These read a playbook that was accepted; `parsePlaybook` is what reads one from outside. */
const ACCEPTED = /^src\/workspaces\/playbook-edits\b/;
const SIGNATURE =
  /^export (?:const (\w+) = |function (\w+)(?:<[^>]*>)?)\(([^()]*(?:\([^()]*\)[^()]*)*)\)(?:: ([^\n]+?))?(?: =>| \{)/gm;

interface Parser {
  file: string;
  name: string;
  types: string[];
}

function parsersOf(file: string): Parser[] {
  return [...readFileSync(file, 'utf8').matchAll(SIGNATURE)].flatMap(([, constant, name, parameters = '', answers]) => {
    const types = parameters.split(/, (?=\w+\??:)/).map(
      one =>
        one
          .replace(/\s+/g, ' ')
          .trim()
          .split(/: (.*)/s)[1] ?? '',
    );
    const takesText = /^(string|unknown|\{ private_metadata)\b/.test(types[0] ?? '');
    return takesText && !/^Promise/.test(answers ?? '') ? [{ file, name: constant ?? name ?? '', types }] : [];
  });
}

const playbook = playbookIn(EXAMPLE);
const NOW = new Date('2026-11-30T12:00:00Z');
/** What stands in the places after the first, by type; the rest is left out. */
const ARGUMENTS: Record<string, (text: string) => unknown> = {
  string: text => text,
  'string | undefined': text => text,
  'string | null | undefined': text => text,
  'readonly string[]': text => ['known', text],
  'Iterable<string>': text => ['known', text],
  number: () => 200,
  Date: () => NOW,
  Here: () => ({ now: NOW, zone: 'Europe/London' }),
  'Temporal.PlainDate': () => Temporal.PlainDate.from('2026-11-30'),
  PlaybookVendors: () => PLAYBOOK_VENDORS,
  Directory: () => ({ playbook, people: [], me: 'marcus@example.com' }),
};

/** What takes anything is called with the shapes that text comes in. */
function firstOf(type: string, text: string): unknown[] {
  if (type.startsWith('{')) return [{ private_metadata: text }];
  if (!type.startsWith('unknown')) return [text];
  return [text, { text, message: text, id: text }, [text], Object.assign(new Error(text), { code: text })];
}

const files = globSync('src/**/*.ts').filter(
  file => !file.endsWith('.test.ts') && !ACTING.test(file) && !ACCEPTED.test(file),
);
const parsers = files.flatMap(parsersOf);

test('there are parsers, among them the ones that were slow', () => {
  const names = parsers.map(({ name }) => name);
  for (const one of ['mrkdwn', 'readMoment', 'splitName', 'rangeIn', 'leadIn', 'judgeEmail'])
    assert.ok(names.includes(one), one);
});

for (const { file, name, types } of parsers) {
  test(`${name} of ${file} reads ${LENGTH} repeated characters at once`, async () => {
    const parse = (await import(pathToFileURL(file).href))[name];
    for (const text of hostile) {
      for (const first of firstOf(types[0] ?? '', text)) {
        const began = process.cpuUsage();
        try {
          parse(first, ...types.slice(1).map(type => ARGUMENTS[type.replace(/,$/, '')]?.(text)));
        } catch {
          // Refused is answered.
        }
        const { user } = process.cpuUsage(began);
        assert.ok(user / 1_000 < MOST_MS, `${Math.round(user / 1_000)} ms for ${JSON.stringify(text.slice(0, 8))}…`);
      }
    }
  });
}
