/** A source that says nothing: asked whether it has something to say, or asked about where it cannot be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR } from '../../src/lib/clock.ts';
import { sendsAllTheTime } from '../helpers/database-changes.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { silenceLookedFor } from '../helpers/jobs.ts';
import { handedOff, leadCrosses } from '../helpers/leads.ts';
import { messagesSaying, onlyMessageSaying, untilSaid } from '../helpers/messages.ts';
import { readable, signedIn } from '../helpers/page.ts';
import { DANA } from '../helpers/people.ts';
import { system } from '../helpers/system.ts';

const admin = { user: DANA };

test('HubSpot’s webhooks stop: a lead that crossed since is proof, told once, and fetched; heard from again, that is said', async t => {
  const baton = await system(t);
  await handedOff(baton);
  await sendsAllTheTime(baton, 'hubspot');
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  baton.clock.move(5 * HOUR);
  await silenceLookedFor(baton);
  assert.deepEqual(await messagesSaying(baton, admin, /told Baton of nothing/), [], 'nothing crossed: nobody hears');

  await leadCrosses(baton, { email: 'lost@globex-inc.com', lastname: 'Lost' });
  baton.clock.move(7 * HOUR);
  await silenceLookedFor(baton);
  await untilSaid(
    baton,
    admin,
    /HubSpot has told Baton of nothing for 12 hours, but 1 contact crossed the threshold there since/,
  );
  assert.ok(await baton.handoff('lost@globex-inc.com'));
  const dana = await signedIn(baton, DANA);
  assert.match(readable((await dana('')).text), /HubSpot told Baton of nothing since/);

  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'app' });
  baton.clock.move(DAY);
  await leadCrosses(baton, { email: 'next@globex-inc.com', lastname: 'Next' });
  await baton.handoff('next@globex-inc.com');
  await silenceLookedFor(baton);
  await silenceLookedFor(baton);
  await onlyMessageSaying(baton, admin, /HubSpot is heard from again/);
  assert.doesNotMatch(readable((await (await signedIn(baton, DANA))('')).text), /told Baton of nothing/);
  await onlyMessageSaying(baton, admin, /told Baton of nothing/);
});

test('a form that nobody fills in any more: Baton cannot ask it, and asks the admin, once', async t => {
  const baton = await system(t);
  await sendForm(baton, LEE);
  await baton.handoff(LEE.email);
  await sendsAllTheTime(baton, 'form');
  baton.clock.move(HOUR);
  await silenceLookedFor(baton);
  assert.deepEqual(await messagesSaying(baton, admin, /Is it quiet/), []);
  baton.clock.move(DAY);
  await silenceLookedFor(baton);
  await silenceLookedFor(baton);
  await onlyMessageSaying(
    baton,
    admin,
    /Form: nothing has come for 25 hours, .* Is it quiet, or is something broken there\?/,
  );
});
