import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipLines, link, mrkdwn, oneLine, plain } from './escape.ts';

const cases: [what: string, raw: string, shown: string][] = [
  ['entities', 'R&D <b>', 'R&amp;D &lt;b&gt;'],
  ['a broadcast', '<!channel> now', '&lt;!channel&gt; now'],
  ['a broadcast by its word', '@channel @here @everyone', '＠channel ＠here ＠everyone'],
  ['an address at a company called Here', 'emma@here.com', 'emma@here.com'],
  ['a mention', '<@U123>', '&lt;@U123&gt;'],
  ['a link with a lying label', '<https://evil.example|Salesforce>', '&lt;https://evil.example|Salesforce&gt;'],
  ['formatting', '*bold* ~gone~ `code` _slanted_', '∗bold∗ ∼gone∼ ˋcodeˋ ＿slanted＿'],
  ['an underscore inside a word', 'first_last@acme.com', 'first_last@acme.com'],
  ['a field name', 'Region__c', 'Region__c'],
  ['underscores around a word', '__x__', '＿＿x＿＿'],
  ['a quotation', '>>> quoted', '› quoted'],
  ['an emoji by name', ':red_circle: HIGH', '꞉red_circle: HIGH'],
  ['line breaks', 'one\r\n\u2028two\tthree', 'one two three'],
  ['direction marks', 'abc\u202etxt.exe\u202c', 'abctxt.exe'],
  ['zero-width characters', 'ad\u200bmin\ufeff', 'admin'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
  ['a joined emoji', '👩‍💻', '👩‍💻'],
  ['a Persian joiner', 'می‌خواهم', 'می‌خواهم'],
  ['a heap of accents', `e${'\u0301'.repeat(50)}`, `e${'\u0301'.repeat(4)}`],
  ['nothing but the invisible', '\u200b\u3164 \u00ad', ''],
];

for (const [what, raw, shown] of cases) {
  test(`mrkdwn: ${what}`, () => assert.equal(mrkdwn(raw, 500), shown));
}

/** Text made of what attackers and bad luck are made of. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '<@U1>',
        '<https://x.example|y>',
        '&amp;',
        '&',
        '<',
        '>',
        '|',
        '*',
        '_',
        '~',
        '`',
        '\n',
        '\u202e',
        '\u200b',
        '@here',
        '👩‍💻',
        '\ud83d',
        ':fire:',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map(parts => parts.join(''));

test('whatever was typed: within the limit, no control sequence, no half entity, no half character', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 120 }), (raw, most) => {
      const shown = mrkdwn(raw, most);
      assert.ok(shown.length <= most);
      assert.doesNotMatch(shown, /[<>*~`\n\r\u202a-\u202e\u2066-\u2069\u200b]/);
      assert.doesNotMatch(shown, /&(?!(amp|lt|gt);)/);
      assert.doesNotMatch(shown, /(?<![\p{L}\p{N}._+-])@(channel|here|everyone)/iu);
      assert.ok(shown.isWellFormed());
    }),
  );
});

test('text that fits is not cut, and text that does not says so', () => {
  assert.equal(plain('x'.repeat(150), 150), 'x'.repeat(150));
  assert.equal(plain('x'.repeat(151), 150), `${'x'.repeat(149)}…`);
  assert.equal(mrkdwn('&&&&', 12), '&amp;&amp;…');
});

test('safe text stays the same when it is cleaned again', () => {
  fc.assert(fc.property(hostile, raw => assert.equal(oneLine(oneLine(raw)), oneLine(raw))));
});

test('a link holds one address and a label that cannot end it early', () => {
  assert.equal(link('https://a.example/x?b=1&c=2', 'see | here', 200), '<https://a.example/x?b=1&amp;c=2|see ¦ here>');
  assert.equal(link('javascript:alert(1)', 'see', 200), 'see');
  assert.equal(link('https://a.example/|b>', 'see', 200), 'see');
  assert.equal(link(`https://a.example/${'x'.repeat(200)}`, 'see', 200), 'see');
});

test('lines that do not fit are left out whole', () => {
  assert.equal(clipLines(['aaaa', 'bbbb', 'cccc'], 14), 'aaaa\nbbbb\ncccc');
  assert.equal(clipLines(['aaaa', 'bbbb', 'cccc'], 13), 'aaaa\nbbbb\n…');
});
