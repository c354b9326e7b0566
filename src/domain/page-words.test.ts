import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageInWords } from './page-words.ts';

const cases: [detail: string, words: string][] = [
  ['/pricing', 'our pricing page'],
  ['/en/product-tour/', 'our product tour page'],
  ['https://www.acme.example/pricing.html?utm_source=x#top', 'our pricing page'],
  ['www.acme.example/case_studies/12345', 'our case studies page'],
  ['/', 'our website'],
  ['https://acme.example', 'our website'],
  ['/?id=4&x=1', 'our website'],
  ['/a%20b', 'our website'],
  ['Pricing | Acme', 'Pricing'],
  ['Pricing page', 'Pricing page'],
];
for (const [detail, words] of cases) test(`${detail} is ${words}`, () => assert.equal(pageInWords(detail), words));
