import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf, likeText, list, quote } from './soql.ts';

test('quoting', () => {
  const table: [given: string, soql: string][] = [
    ['emma@acmecorp.com', "'emma@acmecorp.com'"],
    ["o'brien\\", "'o\\'brien\\\\'"],
    ["x' OR Id != '", "'x\\' OR Id != \\''"],
    ['\\', "'\\\\'"],
    ['two\nlines\u0000', "'two\\nlines'"],
  ];
  for (const [given, soql] of table) assert.equal(quote(given), soql);
  assert.equal(list([]), "('')");
  assert.equal(list(['a', "b'"]), "('a','b\\'')");
});

test('the host of a website', () => {
  const table: [website: string | null | undefined, host: string | undefined][] = [
    ['acmecorp.com', 'acmecorp.com'],
    ['HTTPS://WWW.AcmeCorp.com/about?x=1', 'acmecorp.com'],
    ['www.acmecorp.com:8080', 'acmecorp.com'],
    ['notacmecorp.com', 'notacmecorp.com'],
    ['acmecorp.com.', 'acmecorp.com'],
    ['wwwacme.com', 'wwwacme.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['not a website', undefined],
    ['', undefined],
    [null, undefined],
  ];
  for (const [website, host] of table) assert.equal(hostOf(website), host, String(website));
});

test('text in a pattern stands for itself', () => {
  assert.equal(likeText("50%_o'f\\"), "50\\%\\_o\\'f\\\\");
});
