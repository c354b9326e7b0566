import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsOf, kinship, websitePatterns } from './websites.ts';

test('the hosts a website field names', () => {
  const table: [website: string | null, hosts: string[]][] = [
    ['acme.com, acme.co.uk', ['acme.com', 'acme.co.uk']],
    ['https://www.Acme.com/en/about?x=1; http://acme.de', ['acme.com', 'acme.de']],
    ['www.acme.com | www.acme.com', ['acme.com']],
    ['see acme.com', ['acme.com']],
    ['n/a', []],
    ['-', []],
    ['', []],
    [null, []],
    ['localhost', []],
    ['https://www.linkedin.com/company/acme', []],
    ['facebook.com/acme', []],
    ['https://www.linkedin.com/', ['linkedin.com']],
    ['sales@acme.com', ['acme.com']],
    ['müller.example', ['xn--mller-kva.example']],
    ['https://acme.com:8443', ['acme.com']],
    ['javascript:alert(1)', []],
  ];
  for (const [website, hosts] of table) assert.deepEqual(hostsOf(website), hosts, String(website));
});

test('whose host is it', () => {
  const table: [host: string, domain: string, kin: 'same' | 'kin' | undefined][] = [
    ['acmecorp.com', 'acmecorp.com', 'same'],
    ['notacmecorp.com', 'acmecorp.com', undefined],
    ['acmecorp.com.evil.example', 'acmecorp.com', undefined],
    ['acmecorp.co', 'acmecorp.com', undefined],
    ['shop.acmecorp.com', 'acmecorp.com', 'kin'],
    ['acmecorp.com', 'mail.acmecorp.com', 'kin'],
    ['uk.acmecorp.com', 'de.acmecorp.com', 'kin'],
    ['acme.co.uk', 'other.co.uk', undefined],
    ['co.uk', 'co.uk', undefined],
    ['one.github.io', 'two.github.io', undefined],
    ['one.myshopify.com', 'one.myshopify.com', 'same'],
    ['myshopify.com', 'one.myshopify.com', undefined],
    ['10.0.0.1', '10.0.0.1', undefined],
  ];
  for (const [host, domain, kin] of table) assert.equal(kinship(host, domain), kin, `${host} of ${domain}`);
});

test('patterns begin at the start of a host', () => {
  assert.ok(websitePatterns('acmecorp.com').every(pattern => /^'(?:%[./ ,;|@])?acmecorp\.com%'$/.test(pattern)));
  assert.deepEqual(websitePatterns('co.uk'), []);
  assert.deepEqual(websitePatterns(''), []);
});
