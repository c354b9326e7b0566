import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { BadInput } from '../lib/errors.ts';
import { readReturnedMail } from './returned-mail.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/mail/${name}`, import.meta.url), 'utf8').replaceAll(/\r?\n/g, '\r\n');
const read = (raw: string) => readReturnedMail(Buffer.from(raw));
const BOUNCE = sample('bounce.5.1.1.eml');

test('a notice says which mail came back, and why', async () => {
  assert.deepEqual(await read(BOUNCE), {
    kind: 'bounced',
    keys: { messageIds: ['<ho_01.first@baton.example>'], handoffId: 'ho_01', recipients: ['emma@example.com'] },
    isMailboxUnknown: true,
    status: '5.1.1',
    why: '550-5.1.1 The email account that you tried to reach does not exist.',
  });
});

const TABLE: [status: string, said: string, isMailboxUnknown: boolean][] = [
  ['5.1.10', '550 5.1.10 recipient not found', true],
  ['5.0.0', '550 5.1.1 no such user', true],
  ['5.2.2', '552 5.2.2 mailbox full', false],
  ['5.7.26', '550 5.7.26 not authenticated', false],
  ['4.4.7', '550 5.1.1 expired', false],
];
for (const [status, said, expected] of TABLE) {
  test(`${status} (${said}): the address ${expected ? 'is gone' : 'may still be there'}`, async () => {
    const raw = BOUNCE.replace('Status: 5.1.1', `Status: ${status}`).replace(/550-5\.1\.1 The[^\r]*/, said);
    const found = await read(raw);
    assert.equal(found.kind === 'bounced' && found.isMailboxUnknown, expected);
  });
}

test('delays, automatic replies and letters are none', async () => {
  assert.equal((await read(BOUNCE.replace('Action: failed', 'Action: delayed'))).kind, 'other');
  assert.deepEqual(await read(sample('out-of-office.eml')), { kind: 'other', what: 'an automatic reply' });
});

test('a mail program’s unsubscribe names its token in the subject', async () => {
  const raw = `From: lee@acme.example\r\nTo: returns@us.example\r\nSubject: unsubscribe ${'a'.repeat(32)}\r\n\r\n`;
  assert.deepEqual(await read(raw), { kind: 'unsubscribe', token: 'a'.repeat(32) });
});

test('anybody may write there: a message of many lines, parts or headers costs no more than a notice', async () => {
  const head = 'From: a@b.example\r\nTo: d@e.example\r\nSubject: x\r\nContent-Type: ';
  const bombs = [
    `${head}multipart/report; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(280_000)}`,
    `${head}text/html\r\n\r\n${' \n'.repeat(1_000_000)}`,
    `${head}multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${'A: b\r\n\r\n'.repeat(250_000)}`,
  ];
  for (const bomb of bombs) {
    const before = process.cpuUsage();
    await read(bomb);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 1_500_000, `${user / 1_000} ms for ${bomb.slice(-20)}`);
  }
});

test('what no mail of ours holds is no key to one: the database is not asked for it', async () => {
  const raw = BOUNCE.replace(/^Message-ID: .*$/gim, 'Message-ID: <a\0b@c.example>');
  const returned = await read(raw);
  assert.ok(returned.kind === 'bounced');
  assert.doesNotMatch(JSON.stringify(returned), /\\u0000/);
});

test('whatever else arrives is told as no message, or passed over', async () => {
  await assert.rejects(read(''), BadInput);
  await assert.rejects(read('hello'), BadInput);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(BOUNCE.length), async (noise, at) => {
      const raw = BOUNCE.slice(0, at) + noise + BOUNCE.slice(at);
      await read(raw).catch(error => assert.ok(error instanceof BadInput, String(error)));
    }),
    { numRuns: 200 },
  );
});
