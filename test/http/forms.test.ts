/** The door for forms: whom it lets in, what robots hear, and that floods cost nothing. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TURNSTILE_SECRET } from '../../sandbox/turnstile/service.ts';
import { DAY, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { LEE, postForm, sendForm } from '../helpers/forms.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { type System, system } from '../helpers/system.ts';

const PAGE = 'https://www.example.com';

async function open(t: TestContext, env: Record<string, string> = {}): Promise<System> {
  const baton = await system(t, { env });
  await baton.settled();
  return baton;
}

const kept = async (baton: System) => (await outcomesOfSignals(baton)).length;
const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: PAGE };

test('the form key opens the form and nothing else, from the pages that the playbook names', async t => {
  const baton = await open(t);
  const key = String(baton.env.vendors.form?.FORM_KEY);
  const other = await fetch(`${baton.app.url}/hooks/${key}/hubspot`, { method: 'POST', body: '[]' });
  assert.equal(other.status, 401);
  const refusals = [
    [401, await postForm(baton, encoded(LEE), { key: 'nobodys-key', headers: FORM })],
    [403, await postForm(baton, encoded(LEE), { headers: { ...FORM, origin: 'https://evil.example' } })],
    [403, await postForm(baton, encoded(LEE), { headers: { ...FORM, origin: 'null' } })],
    [400, await postForm(baton, 'hello', { headers: FORM })],
    [400, await postForm(baton, '{"half":', { headers: FORM })],
    [400, await postForm(baton, encoded({ name: 'Lee' }), { headers: FORM })],
    [413, await postForm(baton, encoded({ ...LEE, message: 'x'.repeat(1_000_000) }), { headers: FORM })],
  ] as const;
  for (const [status, answer] of refusals) {
    assert.deepEqual([answer.status, typeof ((await answer.json()) as { error?: unknown }).error], [status, 'string']);
  }
  assert.equal(await kept(baton), 0);
  const preflight = await fetch(`${baton.app.url}/hooks/${key}/form`, { method: 'OPTIONS', headers: { origin: PAGE } });
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, PAGE]);
  const taken = await postForm(baton, encoded(LEE), { headers: FORM });
  assert.deepEqual([taken.status, taken.headers.get('access-control-allow-origin')], [200, PAGE]);
  assert.equal(await kept(baton), 1);
});

test('JSON, urlencoded and multipart are read alike; a tool that cannot be read is told of', async t => {
  const baton = await open(t);
  const multipart = new FormData();
  for (const [name, value] of Object.entries({ ...LEE, email: 'multi@acmecorp.com' })) multipart.append(name, value);
  multipart.append('file', new Blob(['x']), 'cv.pdf');
  const sent = [
    await postForm(baton, JSON.stringify({ ...LEE, email: 'json@acmecorp.com', topics: ['a', 'b'] }), {
      headers: { origin: PAGE },
    }),
    await postForm(baton, multipart, { headers: { origin: PAGE } }),
    await postForm(baton, encoded({ ...LEE, __proto__: 'x', constructor: 'y' }), { headers: FORM }),
  ];
  assert.deepEqual(
    sent.map(({ status }) => status),
    [200, 200, 200],
  );
  await baton.settled();
  const emails = (await baton.handoffs()).map(({ email }) => email).sort();
  assert.deepEqual(emails, ['json@acmecorp.com', LEE.email, 'multi@acmecorp.com']);
  assert.equal((await sendForm(baton, { name: 'nobody' }, { by: 'server' })).status, 400);
  await untilSaid(baton, { user: DANA }, /could not read what Form sent.*capture\.questions/);
});

test('a body of shapes that no form has is refused or read as far as it goes', async t => {
  const baton = await open(t);
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const strange = ['{"toString":1}', '[[{"toString":1}]]', deep];
  const email = '"email":"lee@acmecorp.com"';
  const longAgo =
    '{"_pages":"[[\\"/a\\",9]]","form_response":{"submitted_at":"-271821-04-20T00:00:00Z","answers":[{"type":"email","email":"lee@acmecorp.com"}]}}';
  const bodies = strange.flatMap(value => [
    [200, `{${email},"topics":${value}}`],
    [400, `{"email":${value}}`],
    [200, `{${email},"form_id":${value},"id":${value},"date_created":"x"}`],
    [400, `{"form_response":{"answers":[{"type":${value},"field":{"id":${value}}}]}}`],
    [400, `{"form_response":{"answers":[{"type":"text","text":"x","field":{"id":${value}}}]}}`],
  ]);
  for (const [status, body] of [...bodies, [200, longAgo]]) {
    const answer = await postForm(baton, String(body), { key: baton.env.HOOK_KEY ?? '' });
    assert.equal(answer.status, status, `${String(body).slice(0, 120)}: ${await answer.text()}`);
  }
});

test('a visitor goes back to a page of ours, never to anybody else’s', async t => {
  const baton = await open(t);
  const back = async (to: string) => {
    const heard = await sendForm(baton, { ...LEE, submission_id: to, _redirect: to });
    return heard.status === 303 ? heard.location : heard.status;
  };
  assert.equal(await back('/thanks'), `${PAGE}/thanks`);
  assert.equal(await back(`${PAGE}/thanks?a=1`), `${PAGE}/thanks?a=1`);
  for (const elsewhere of [
    'https://evil.example/',
    '//evil.example/x',
    'https://www.example.com.evil.example',
    'javascript:alert(1)',
    `${PAGE}@evil.example`,
    `blob:${PAGE}/x`,
    'https://evil.example@www.example.com/',
    '/\\evil.example',
  ]) {
    assert.equal(await back(elsewhere), 200, elsewhere);
  }
});

test('robots: a filled trap is dropped without a word, one too quick or with a time of its own is held for a person', async t => {
  const baton = await open(t);
  const trapped = await sendForm(baton, { ...LEE, website_url_hp: 'http://spam.example' });
  assert.deepEqual([trapped.status, await kept(baton)], [200, 0]);
  const key = String(baton.env.vendors.form?.FORM_KEY);
  const script = async () => {
    const answer = await fetch(`${baton.app.url}/form.js?key=${key}`);
    return { headers: answer.headers, text: await answer.text() };
  };
  const { headers, text } = await script();
  assert.deepEqual(
    [headers.get('cross-origin-resource-policy'), headers.get('cache-control')],
    ['cross-origin', 'public, max-age=300'],
  );
  assert.ok(text.length <= 5_000, `${text.length} characters`);
  const time = /T="([^"]+)"/.exec(text)?.[1] ?? '';
  const stateWith = async (email: string, t: string) => {
    await sendForm(baton, { ...LEE, email, t });
    return (await baton.handoff(email)).state;
  };
  assert.equal(await stateWith('quick@acmecorp.com', time), 'held');
  assert.equal(await stateWith('forged@acmecorp.com', `1${time}`), 'held');
  baton.clock.move(5 * SECOND);
  assert.equal(await stateWith('human@acmecorp.com', time), 'assigned');
  baton.clock.move(DAY);
  assert.equal(await stateWith('stale@acmecorp.com', time), 'held');
  for (const other of ['nobodys', String(baton.env.HOOK_KEY)]) {
    assert.equal((await fetch(`${baton.app.url}/form.js?key=${other}`)).status, 404, 'a secret never stands in a page');
  }
});

test('Turnstile: without its token nothing is taken, a token counts once, and an outage of theirs only raises a doubt', async t => {
  const baton = await open(t, { TURNSTILE_SECRET });
  const token = async () => String((await baton.post('/_sandbox/turnstile/tokens', {})).token);
  const sent = async (fields: Record<string, string>) => (await sendForm(baton, { ...LEE, ...fields })).status;
  assert.equal(await sent({}), 403);
  const first = await token();
  assert.equal(await sent({ 'cf-turnstile-response': first, submission_id: '1' }), 200);
  assert.equal(await sent({ 'cf-turnstile-response': first, submission_id: '1' }), 200, 'the same submission again');
  assert.equal(await sent({ 'cf-turnstile-response': first, submission_id: '2' }), 403);
  await baton.settled();
  assert.equal((await baton.handoff(LEE.email)).state, 'assigned');
  await baton.post('/_sandbox/fault', { service: 'turnstile', status: 503, body: '<html>', times: 5 });
  assert.equal(await sent({ 'cf-turnstile-response': await token(), email: 'out@acmecorp.com' }), 200);
  assert.equal((await baton.handoff('out@acmecorp.com')).state, 'held');
  assert.equal((await sendForm(baton, { ...LEE, email: 'tool@acmecorp.com' }, { by: 'server' })).status, 200);
});

test('floods: one address is stopped after twenty a minute, all pages after three hundred; tools are not', async t => {
  const baton = await open(t);
  const from = async (address: string, email: string) => {
    const headers = { ...FORM, 'x-forwarded-for': address };
    return (await postForm(baton, encoded({ email }), { headers })).status;
  };
  const one = await Promise.all(Array.from({ length: 500 }, (_, n) => from('192.0.2.1', `a${n}@example.com`)));
  assert.deepEqual(
    [one.filter(status => status === 200).length, one.filter(status => status === 429).length],
    [20, 480],
  );
  const many = await Promise.all(
    Array.from({ length: 400 }, (_, n) => from(`192.0.2.${n % 200}, 198.51.100.${n % 200}`, `b${n}@example.com`)),
  );
  assert.equal(many.filter(status => status === 200).length, 280);
  assert.equal(await kept(baton), 300);
  const tools = await Promise.all(
    Array.from({ length: 30 }, (_, n) => sendForm(baton, { email: `t${n}@example.com` }, { by: 'server' })),
  );
  assert.ok(tools.every(({ status }) => status === 200));
  baton.clock.move(MINUTE);
  assert.equal(await from('192.0.2.1', 'later@example.com'), 200);
  assert.equal(
    (await Promise.all(Array.from({ length: 21 }, (_, n) => from('192.0.2.2', `d${n}@example.com`)))).at(-1),
    429,
  );
  baton.clock.move(-2 * MINUTE);
  assert.equal(await from('192.0.2.2', 'back@example.com'), 200, 'the clock was set back');
  const network = await Promise.all(
    Array.from({ length: 25 }, (_, n) => from(`2001:db8::${n.toString(16)}`, `c${n}@example.com`)),
  );
  assert.equal(network.filter(status => status === 200).length, 20, 'all addresses of one network are one visitor');
  assert.equal(await from('2001:db8:0:1::1', 'next-door@example.com'), 200);
});

test('whom a CDN saw is the visitor, where its addresses are known', async t => {
  const baton = await open(t, { TRUSTED_PROXIES: '203.0.113.0/24' });
  const from = async (visitor: string, n: number) => {
    const headers = { ...FORM, 'x-forwarded-for': `${visitor}, 203.0.113.7` };
    return (await postForm(baton, encoded({ email: `${visitor}-${n}@example.com` }), { headers })).status;
  };
  const visitors = ['192.0.2.1', '192.0.2.2'].flatMap(visitor =>
    Array.from({ length: 20 }, (_, n) => [visitor, n] as const),
  );
  const heard = await Promise.all(visitors.map(([visitor, n]) => from(visitor, n)));
  assert.ok(heard.every(status => status === 200));
  assert.equal(await from('192.0.2.1', 20), 429);
});
