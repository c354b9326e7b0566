import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOfHtml } from './html.ts';

test('a note in HTML reads as it was written', () => {
  const note =
    '<p>Asked for prices &amp; terms.<br>Call <a href="https://x.example">back</a> &lt;Friday&gt;</p><img src="x">';
  assert.equal(textOfHtml(note), 'Asked for prices & terms.\nCall back <Friday>');
  assert.equal(textOfHtml('No markup, 3 < 4'), 'No markup, 3 < 4');
  assert.equal(textOfHtml('<script>alert(1)</script><style>a{}</style>Hello'), 'Hello');
});

test('nesting without end ends', () => {
  assert.ok(textOfHtml('<div>'.repeat(100_000)).length < 100_000);
});
