/** The shared page: who comes in, what they see there, and what they do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syncDirectory } from '../../src/handoff/core/directory.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { type Browser, browser, hidden } from '../helpers/browser.ts';
import { rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { addToSlack, handedOffIn, hosted, workspaceOf } from '../helpers/hosted.ts';
import { handedOff } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { enter, pageLink, readable, signedIn } from '../helpers/page.ts';
import { DANA, MARCUS, PRIYA, SARAH, TOM } from '../helpers/people.ts';
import { EXAMPLE } from '../helpers/playbook.ts';
import { clickOn, slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

test('a link from Slack signs one browser in, once, and shows what the answer said', async t => {
  const baton = await system(t);
  await handedOff(baton);
  const answered = await mql(baton, SARAH, 'ask leads that nobody has called');
  const link = await pageLink(baton, SARAH, clickOn(answered, 'open_page'));
  const [first, other] = [browser(), browser()];
  const shown = await first(link);
  assert.match(readable(shown.text), /Sign in as .*You will see the leads of /);
  assert.match(
    String(shown.headers.get('content-security-policy')),
    /default-src 'none';style-src 'self';img-src 'self';form-action 'self'/,
  );
  // Whoever reads the form elsewhere has not the browser that was shown it.
  const form = { ticket: hidden(shown.text, 'ticket'), token: hidden(shown.text, 'token') };
  assert.equal((await other(`${baton.app.url}/page/enter`, form)).status, 403);
  const entered = await first(`${baton.app.url}/page/enter`, form);
  assert.equal(entered.location, '/page/leads?status=not_contacted');
  const list = await first(baton.app.url + entered.location);
  assert.match(readable(list.text), /1 lead waits for a first contact.*Emma Thompson · Acme Corp/);
  assert.equal(list.headers.get('cache-control'), 'no-store');
  assert.match(readable((await enter(baton, first, link).catch(() => other(link))).text), /This link has been used/);
});

test('a link is good for ten minutes, a session until nobody comes for half a day', async t => {
  const baton = await system(t);
  const link = await pageLink(baton, DANA);
  baton.clock.move(10 * MINUTE);
  assert.equal((await browser()(link)).status, 410);
  assert.equal((await browser()(`${baton.app.url}/page/enter?ticket=nothing`)).status, 404);
  const dana = await signedIn(baton, DANA);
  baton.clock.move(11 * HOUR);
  assert.equal((await dana('')).status, 200);
  baton.clock.move(12 * HOUR);
  const later = await dana('');
  assert.equal(later.status, 401);
  assert.match(readable(later.text), /Press Open in Baton in Slack/);
});

test('everybody sees what their rights say at that moment, and is told the same of what is not theirs', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  const [marcus, priya, dana, sarah] = [
    await signedIn(baton, MARCUS),
    await signedIn(baton, PRIYA),
    await signedIn(baton, DANA),
    await signedIn(baton, SARAH),
  ];
  for (const visit of [marcus, dana, sarah]) assert.match((await visit(`leads/${id}`)).text, /Emma Thompson/);
  const [hers, nobodys] = [await priya(`leads/${id}`), await priya('leads/00000000-0000-4000-8000-000000000000')];
  assert.equal(hers.status, 404);
  assert.equal(readable(hers.text), readable(nobodys.text));
  assert.doesNotMatch((await priya('leads')).text, /Emma/);
  assert.doesNotMatch(Buffer.from((await priya('leads.csv')).text).toString(), /emma/);
  assert.match((await marcus('leads.csv')).text, /emma\.thompson@acmecorp\.com/);
  assert.equal((await priya(`leads?rep=${MARCUS}`)).status, 403);
  assert.match(readable((await dana('books')).text), /The books were not compared yet/);
  assert.equal((await priya('books')).status, 404);
  assert.match(readable((await marcus('leads?team=x&utm_source=y')).text), /Not understood: utm_source/);
});

test('who leaves the playbook, Slack or the page is out at the next click', async t => {
  const baton = await system(t);
  const dana = await signedIn(baton, DANA);
  const tom = await signedIn(baton, TOM);
  const sarah = await signedIn(baton, SARAH);
  await baton.post('/_sandbox/slack/users', { email: TOM, deleted: true });
  await syncDirectory(baton.app.deps, baton.app.workspaceId);
  assert.equal((await tom('')).status, 401);
  await rulesSavedElsewhere(baton, EXAMPLE.replace(/^viewers:.*$/m, 'viewers: []'), DANA);
  baton.clock.move(MINUTE);
  const out = await sarah('leads');
  assert.equal(out.status, 403);
  assert.match(readable(out.text), /You are not in Baton’s playbook.*Ask Dana Ruiz to add you/);
  const page = await dana('');
  assert.equal((await dana('sign-out', { token: 'x' })).status, 403);
  assert.equal((await dana('sign-out', { token: hidden(page.text, 'token') })).status, 303);
  assert.equal((await dana('')).status, 401);
});

/** Slack's own page: who somebody is there, and what they press; answers the address that it sends them to. */
async function throughSlack(
  baton: System,
  visit: Browser,
  given: { to?: string; as?: string; allow?: 'yes' | 'no' } = {},
) {
  const { to = '/page/leads', as = 'T0BATON:U0DANA', allow = 'yes' } = given;
  const left = await visit(`${baton.app.url}/page/sign-in/slack?${new URLSearchParams({ to })}`);
  assert.equal(left.status, 302, left.text);
  assert.equal((await visit(left.location)).status, 200);
  const { origin, pathname, searchParams } = new URL(left.location);
  return (await visit(origin + pathname, { ...Object.fromEntries(searchParams), as, allow })).location;
}

test('Sign in with Slack: one browser, one use, the nonce of its own journey, and no address but ours', async t => {
  const baton = await system(t);
  await slackIdOf(baton, DANA);
  const [dana, other] = [browser(), browser()];
  const page = (path: string) => dana(baton.app.url + path);
  assert.match((await page('/page/leads?status=open')).text, /sign-in\/slack\?to=%2Fpage%2Fleads%3Fstatus%3Dopen/);
  const back = await throughSlack(baton, dana);
  assert.match(readable((await other(back)).text), /Another browser began this/);
  const entered = await dana(back);
  assert.deepEqual([entered.status, entered.location], [303, '/page/leads']);
  assert.match(readable((await page('/page/leads')).text), /Dana Ruiz, Acme Sales/);
  assert.equal((await dana(back)).status, 410);
  const [one, two] = [new URL(await throughSlack(baton, dana)), new URL(await throughSlack(baton, dana))];
  one.searchParams.set('code', two.searchParams.get('code') ?? '');
  assert.match(readable((await dana(one.href)).text), /Slack did not sign you in/);
  for (const to of ['/page/../../evil.example', '//evil.example/page/', 'https://evil.example/page/', '/connect/x']) {
    assert.equal((await dana(await throughSlack(baton, dana, { to }))).location, '/page/');
  }
  assert.match(
    readable((await dana(await throughSlack(baton, dana, { allow: 'no' }))).text),
    /You chose not to sign in/,
  );
  baton.clock.move(11 * MINUTE);
  assert.equal((await dana(two.href)).status, 410);
  await baton.post('/_sandbox/slack/workspaces', { id: 'T0OTHER', name: 'Other', domain: 'other' });
  const stranger = await dana(await throughSlack(baton, dana, { as: 'T0OTHER:dana' }));
  assert.match(readable(stranger.text), /Baton is not in that Slack workspace/);
});

test('two workspaces: nothing of one is shown in the other, and whoever removes Baton is signed out', async t => {
  const baton = await hosted(t);
  await addToSlack(baton);
  await baton.post('/_sandbox/slack/workspaces', { id: 'T0OTHER', name: 'Other', domain: 'other' });
  await addToSlack(baton, 'T0OTHER');
  const acme = await workspaceOf(baton);
  await handedOffIn(acme, DANA, 'Emma Thompson');
  const { id } = await acme.handoff('emma.thompson@globex-inc.com');
  const [ours, theirs] = [browser(), browser()];
  await ours(await throughSlack(baton, ours));
  await theirs(await throughSlack(baton, theirs, { as: 'T0OTHER:dana' }));
  const page = (path: string) => `${baton.app.url}/page/${path}`;
  assert.match((await ours(page(`leads/${id}`))).text, /Emma Thompson/);
  assert.equal((await theirs(page(`leads/${id}`))).status, 404);
  for (const path of ['', 'leads', 'leads.csv', 'ask?q=what+happened+to+Emma+Thompson']) {
    const { status, text } = await theirs(page(path));
    assert.deepEqual([status, /globex|emma\./i.test(text)], [200, false], path);
  }
  baton.clock.move(MINUTE);
  await baton.post('/_sandbox/slack/uninstall', { team: 'T0OTHER' });
  await until('they are signed out', async () => (await theirs(page('leads'))).status === 401);
  assert.equal((await ours(page('leads'))).status, 200);
});

test('sixty pages a minute and one file at a time; then it is said when to come again', async t => {
  const baton = await system(t);
  const dana = await signedIn(baton, DANA);
  const pages = await Promise.all(Array.from({ length: 62 }, () => dana('nothing')));
  const waits = pages.filter(({ status }) => status === 429);
  assert.ok(waits.length >= 2, String(waits.length));
  assert.match(readable(waits[0]?.text ?? ''), /Try again in \d+ s\./);
  baton.clock.move(MINUTE);
  const files = await Promise.all([dana('leads.csv'), dana('leads.csv'), dana('leads.csv')]);
  assert.ok(files.some(({ status }) => status === 200));
  assert.ok(files.every(({ status }) => status === 200 || status === 429));
});
