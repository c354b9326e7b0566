/** The host of a website: what the flow in `salesforce/` reckons, and what Baton takes it for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { elementValue } from '../../sandbox/salesforce/before-save.ts';
import { parseXml } from '../../sandbox/salesforce/metadata-xml.ts';
import { hostsToFind, websiteHost } from '../../src/vendors/salesforce/records/website-host.ts';

const FLOW = '../../salesforce/force-app/main/default/flows/Baton_Account_Website_Host.flow-meta.xml';

test('flow and Baton agree on the first host of a website', () => {
  const flow = parseXml(readFileSync(new URL(FLOW, import.meta.url), 'utf8'));
  assert.ok(typeof flow !== 'string');
  const table: [website: string | null, host: string | null][] = [
    [null, null],
    ['   ', null],
    ['acmecorp.com', 'acmecorp.com'],
    [' HTTPS://www.AcmeCorp.com/en?x=1#y ', 'acmecorp.com'],
    ['http://acmecorp.com:8080', 'acmecorp.com'],
    ['acmecorp.com?from=mail', 'acmecorp.com'],
    ['shop.acmecorp.com/a/b', 'shop.acmecorp.com'],
    ['acme.example, acmecorp.com', 'acme.example'],
    ['acme.example;acmecorp.com|x', 'acme.example'],
    ['www.müller.example', 'müller.example'],
    ['wwwacme.example', 'wwwacme.example'],
    ['n/a', 'n'],
    ['://', null],
  ];
  for (const [website, host] of table) {
    assert.equal(elementValue(flow.content, 'Host', { Website: website }), host, `the flow: ${website}`);
    assert.equal(websiteHost(website), host, `Baton: ${website}`);
  }
});

test('an account is looked for by the host, the name somebody registered, and either as people write it', () => {
  assert.deepEqual(hostsToFind('https://www.mail.acmecorp.com/x'), ['mail.acmecorp.com', 'acmecorp.com']);
  assert.deepEqual(hostsToFind('müller.de'), ['xn--mller-kva.de', 'müller.de']);
  for (const nobodys of ['co.uk', 'github.io', '10.0.0.1', '', undefined]) assert.deepEqual(hostsToFind(nobodys), []);
});
