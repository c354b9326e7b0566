/** The books: what crossed at the source, what Baton handed off, and what the CRM and Slack have of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksOf } from '../helpers/books.ts';
import { handedOff, leadCrosses } from '../helpers/leads.ts';
import { mql, untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { system } from '../helpers/system.ts';

const NURTURED = { email: 'kim@gmail.com', lastname: 'Kim', company: '', jobtitle: 'Student', hubspotscore: '55' };

test('a lead that never reached Baton is found, replayed from /mql, and the books add up again', async t => {
  const baton = await system(t);
  await handedOff(baton);
  await leadCrosses(baton, NURTURED);
  await baton.settled();
  const quiet = await booksOf(baton);
  assert.match(quiet, /Everything adds up\.\nHubSpot 2 = Baton 2 = Salesforce/);

  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  await leadCrosses(baton, { email: 'lost@globex-inc.com', lastname: 'Lost' });
  assert.match(await booksOf(baton), /1 gap nobody can explain\.\nHubSpot 3 = Baton 2 \+ 1 never reached Baton = /);
  await untilSaid(baton, { user: DANA }, /The books do not add up/);

  await mql(baton, DANA, 'books replay');
  assert.ok(await baton.handoff('lost@globex-inc.com'));
  assert.match(await booksOf(baton), /Everything adds up\.\nHubSpot 3 = Baton 3 = Salesforce/);
  await untilSaid(baton, { user: DANA }, /The books add up again/);
});
