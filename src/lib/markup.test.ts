import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html, webAddress } from './markup.ts';

test('whatever is put into markup is text, and what was made as markup stays it', () => {
  const hostile = `<img src=x onerror="alert('1')">&\u0000\ud800`;
  assert.equal(
    String(html`<p title="${hostile}">${[html`<b>${1}</b>`, hostile]}${undefined}${null}${false}</p>`),
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\ufffd"><b>1</b>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\ufffd</p>',
  );
});

test('no text leaves an element or an attribute, and nothing that looks like markup is taken for it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.doesNotMatch(String(html`${text}`), /[<>"']/);
    }),
  );
  // @ts-expect-error an object is no piece, whatever it says it is
  assert.match(String(html`${{ toString: () => '<b>' }}`), /^&lt;b&gt;$/);
});

test('an address is one of the web, or none', () => {
  assert.equal(webAddress('https://example.com/a?b'), 'https://example.com/a?b');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', '//example.com', 'https://', '', undefined]) {
    assert.equal(webAddress(bad), undefined);
  }
});
