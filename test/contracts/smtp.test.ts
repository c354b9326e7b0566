/** Mail over SMTP, against the mail server of the sandbox. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { mail as standIn } from '../../sandbox/smtp/service.ts';
import { type Mail, MaybeTaken, NoSuchMailbox } from '../../src/contracts/mailer.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { smtp } from '../../src/vendors/smtp/mailer.ts';
import { press } from '../helpers/control.ts';

interface Received {
  envelope: { from: string; to: string[] };
  messageId: string;
  from: string;
  fromName: string;
  replyTo: string;
  to: string[];
  subject: string;
  text: string;
  headers: { key: string; value: string }[];
}

let sandbox: Sandbox;
let url: string;

before(async () => {
  sandbox = await startSandbox({ services: [standIn] });
  url = sandbox.env().SMTP_URL ?? '';
});
afterEach(() => sandbox.reset());
after(() => sandbox.close());

const connect = (to = url) => smtp({ url: to, timeoutMs: 1_000 });

function mailOf(change: Partial<Mail> = {}): Mail {
  return {
    messageId: '<0193-abc@example.com>',
    from: { name: 'Marcus Chen', address: 'hello@example.com' },
    replyTo: { name: 'Marcus Chen', address: 'marcus@example.com' },
    to: 'emma.thompson@acmecorp.com',
    subject: 'Acme Corp and us',
    text: 'Hi Emma,\n\nhere is my calendar.\n.\nMarcus',
    ...change,
  };
}

async function arrived(): Promise<Received[]> {
  const answer = await fetch(`${sandbox.url}/_sandbox/mail/messages`);
  return ((await answer.json()) as { messages: Received[] }).messages;
}

async function only(): Promise<Received> {
  const [message, ...more] = await arrived();
  assert.ok(message);
  assert.deepEqual(more, []);
  return message;
}

const fault = (given: object) => press(sandbox, 'mail/fault', given);

test('a mail arrives as it was written: sender, answer address, our Message-ID, text', async () => {
  const mail = mailOf();
  assert.deepEqual(await connect().send(mail), { messageId: mail.messageId });
  const got = await only();
  assert.deepEqual(got.envelope, { from: 'hello@example.com', to: ['emma.thompson@acmecorp.com'] });
  assert.deepEqual(
    [got.messageId, got.from, got.fromName, got.replyTo, got.to, got.subject],
    [mail.messageId, 'hello@example.com', 'Marcus Chen', 'marcus@example.com', [mail.to], mail.subject],
  );
  assert.equal(got.text.trimEnd(), mail.text);
});

test('whatever stands in names, subject and text: one mail to one person, no header more', async () => {
  const headers = ['from', 'reply-to', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type'];
  const usual = new Set([...headers, 'content-transfer-encoding']);
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      '\r\nBcc: victim@example.com',
      '\nX-Evil: 1',
      '"',
      '<a@b.example>',
      ',',
      '\u0000',
      '🚀',
      'ä',
      '\u2028',
    ),
  );
  const text = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join(''));
  const mailer = connect();
  await fc.assert(
    fc.asyncProperty(text, text, text, async (name, subject, body) => {
      sandbox.reset();
      const from = { name, address: 'hello@example.com' };
      await mailer.send(mailOf({ from, replyTo: { name, address: 'marcus@example.com' }, subject, text: body }));
      const got = await only();
      assert.deepEqual(got.envelope, { from: 'hello@example.com', to: ['emma.thompson@acmecorp.com'] });
      assert.deepEqual([got.from, got.replyTo, got.to], [from.address, 'marcus@example.com', [mailOf().to]]);
      assert.deepEqual(
        got.headers.map(header => header.key).filter(key => !usual.has(key)),
        [],
      );
    }),
    { numRuns: 25 },
  );
});

test('headers of the mail’s own arrive as they are', async () => {
  const headers = {
    'Auto-Submitted': 'auto-generated',
    'List-Unsubscribe': `<https://baton.example/unsubscribe/${'a'.repeat(80)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
  await connect().send(mailOf({ headers }));
  const got = await only();
  for (const [name, value] of Object.entries(headers)) {
    assert.equal(got.headers.find(({ key }) => key === name.toLowerCase())?.value, value);
  }
});

test('an address that is a list is refused, nobody gets anything', async () => {
  for (const to of ['a@b.example, c@d.example', 'a@b.example\r\nRCPT TO:<c@d.example>', 'nonsense', '']) {
    await assert.rejects(connect().send(mailOf({ to })), Rejected, to);
  }
  assert.deepEqual(await arrived(), []);
});

describe('refusals', () => {
  const table: [what: string, given: object, kind: new (...args: never[]) => Error, says: RegExp][] = [
    [
      'no such mailbox',
      { at: 'recipient', code: 550, message: '5.1.1 no such user' },
      NoSuchMailbox,
      /5\.1\.1 no such user/,
    ],
    ['the text is spam', { at: 'message', code: 554, message: '5.7.1 looks like spam' }, Rejected, /looks like spam/],
    ['this sender may not', { at: 'sender', code: 553, message: '5.7.1 not yours' }, Rejected, /not yours/],
    ['greylisted', { at: 'recipient', code: 451, message: '4.7.1 try later' }, Unavailable, /try later/],
    ['mailbox full', { at: 'recipient', code: 452, message: '4.2.2 full' }, Unavailable, /full/],
    ['shutting down', { at: 'connect', code: 421, message: 'closing' }, Unavailable, /closing/],
    ['login refused', { at: 'login', code: 535, message: '5.7.8 bad login' }, CredentialsRejected, /bad login/],
    ['login not now', { at: 'login', code: 454, message: '4.7.0 later' }, Unavailable, /4\.7\.0 later/],
    ['login needed', { at: 'sender', code: 530, message: '5.7.0 log in' }, CredentialsRejected, /log in/],
    ['cut at the greeting', { at: 'connect', drop: true }, Unavailable, /cannot be reached/],
    ['cut at the recipient', { at: 'recipient', drop: true }, Unavailable, /cannot be reached/],
  ];
  for (const [what, given, kind, says] of table) {
    test(`${what}: ${kind.name}, and the next mail goes`, async () => {
      await fault(given);
      await assert.rejects(connect().send(mailOf()), (error: unknown) => {
        assert.ok(error instanceof kind, `${error}`);
        assert.match(error.message, says);
        assert.ok(!(error instanceof MaybeTaken), 'it was not handed over');
        assert.doesNotMatch(error.message, /sandbox-mail-password/);
        return true;
      });
      await connect().send(mailOf());
    });
  }

  test('an answer that was lost: sent again, both copies carry one Message-ID', async () => {
    await fault({ at: 'message', drop: true });
    await assert.rejects(connect().send(mailOf()), MaybeTaken);
    await connect().send(mailOf());
    assert.deepEqual(
      (await arrived()).map(message => message.messageId),
      [mailOf().messageId, mailOf().messageId],
    );
  });

  test('a wrong password, and none', async () => {
    const wrong = new URL(url);
    wrong.password = 'hunter2';
    await assert.rejects(connect(wrong.href).send(mailOf()), (error: unknown) => {
      assert.ok(error instanceof CredentialsRejected);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
    wrong.username = '';
    wrong.password = '';
    await assert.rejects(connect(wrong.href).send(mailOf()), CredentialsRejected);
  });

  test('nobody there, and one who never speaks', async t => {
    const silent: Server = createServer();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    assert.ok(typeof address === 'object' && address);
    const there = `smtp://127.0.0.1:${address.port}`;
    t.after(() => silent.close());
    await assert.rejects(smtp({ url: there, timeoutMs: 200 }).send(mailOf()), Unavailable);
    await new Promise(resolve => silent.close(resolve));
    await assert.rejects(smtp({ url: there, timeoutMs: 200 }).send(mailOf()), Unavailable);
  });
});
