import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookedPage } from './connect-pages.ts';

const looked = {
  kind: 'ready' as const,
  vendor: 'pardot',
  askedBy: { name: 'Dana Ruiz', email: 'dana@example.com' },
  slack: { name: 'Acme', host: 'acme.slack.com' },
  own: false,
  again: false,
};

test('whoever logs in is told what the user must be able to do there: another thing in a CRM than where leads come from', () => {
  const said = (isCrm: boolean) => lookedPage({ ...looked, isCrm }, 'ticket').html;
  assert.match(said(true), /read and change people, companies, deals and tasks/);
  assert.match(said(false), /read people and what they did, and change lists/);
  assert.doesNotMatch(said(false), /deals/);
});
