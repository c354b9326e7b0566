import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCompanyDomain, judgeEmail, registrableDomain } from './email.ts';

const cases: [address: string | undefined, kind: string, domain?: string][] = [
  ['emma@acmecorp.com', 'business', 'acmecorp.com'],
  ['  Emma.Thompson+webinar@ACMECORP.COM ', 'business', 'acmecorp.com'],
  ['emma@mail.eu.acme.co.uk', 'business', 'acme.co.uk'],
  ["o'brien@acmecorp.com", 'business', 'acmecorp.com'],
  ['"odd name"@acmecorp.com', 'business', 'acmecorp.com'],
  ['info@müller-maschinen.de', 'business', 'xn--mller-maschinen-zvb.de'],
  ['kontakt@例え.テスト.jp', 'business', 'xn--zckzah.jp'],
  ['emma@acmecorp.com.', 'business', 'acmecorp.com'],
  ['dev@acme.github.io', 'business', 'acme.github.io'],
  ['emma@gmail.com', 'free', 'gmail.com'],
  ['EMMA+mql@GMail.COM', 'free', 'gmail.com'],
  ['emma@ＧＭＡＩＬ.com', 'free', 'gmail.com'],
  ['emma@uk.yahoo.com', 'free', 'yahoo.com'],
  ['emma@hotmail.co.uk', 'free', 'hotmail.co.uk'],
  ['emma@fastmail.com', 'free', 'fastmail.com'],
  ['emma@qq.com', 'free', 'qq.com'],
  ['1234+emma@users.noreply.github.com', 'free', 'github.com'],
  ['emma@github.com', 'business', 'github.com'],
  ['x1y2@marketplace.amazon.com', 'free', 'amazon.com'],
  ['x1y2@marketplace.amazon.co.uk', 'free', 'amazon.co.uk'],
  ['emma@amazon.com', 'business', 'amazon.com'],
  ['ethompson.1234@guest.booking.com', 'free', 'booking.com'],
  ['emma-1a2b@reply.linkedin.com', 'free', 'linkedin.com'],
  ['emma@acmecorp.onmicrosoft.com', 'free', 'onmicrosoft.com'],
  ['emma@acmecorp.mail.onmicrosoft.com', 'free', 'onmicrosoft.com'],
  ['1a2b3c@privaterelay.appleid.com', 'free', 'appleid.com'],
  ['emma@marketplace.amazon.acmecorp.com', 'business', 'acmecorp.com'],
  ['x@mailinator.com', 'disposable', 'mailinator.com'],
  ['x@mail.mailinator.com', 'disposable', 'mailinator.com'],
  ['x@deep.under.mailinator.com', 'disposable', 'mailinator.com'],
  ['X+1@MAILINATOR.com', 'disposable', 'mailinator.com'],
  ['x@anything.33mail.com', 'disposable', '33mail.com'],
  ['x@notmailinator.com.acmecorp.com', 'business', 'acmecorp.com'],
  ['x@instágram.com', 'disposable', 'xn--instgram-cza.com'],
  [undefined, 'malformed'],
  ['', 'malformed'],
  ['   ', 'malformed'],
  ['emma', 'malformed'],
  ['@acmecorp.com', 'malformed'],
  ['emma@', 'malformed'],
  ['emma@localhost', 'malformed'],
  ['emma@127.0.0.1', 'malformed'],
  ['emma@[::1]', 'malformed'],
  ['emma@0x7f.1', 'malformed'],
  ['emma@acme..com', 'malformed'],
  ['emma@-acme.com', 'malformed'],
  ['emma@acme_corp.com', 'malformed'],
  ['emma@gm%61il.com', 'malformed'],
  ['emma@acme.com/path', 'malformed'],
  ['em ma@acmecorp.com', 'malformed'],
  ['emma@@acmecorp.com', 'malformed'],
  ['.emma@acmecorp.com', 'malformed'],
  ['emma..t@acmecorp.com', 'malformed'],
  ['emma@acmecorp.com\r\nBcc: all@acmecorp.com', 'malformed'],
  ['Emma <emma@acmecorp.com>', 'malformed'],
  ['emma@co.uk', 'malformed'],
  [`${'a'.repeat(65)}@acmecorp.com`, 'malformed'],
  [`emma@${'a'.repeat(64)}.com`, 'malformed'],
];

test('a relay and a tenant’s first name stand for no company', () => {
  for (const host of ['users.noreply.github.com', 'acmecorp.onmicrosoft.com'])
    assert.equal(isCompanyDomain(host), false);
  assert.equal(judgeEmail('x@users.noreply.github.com').relay, true);
  assert.equal(judgeEmail('x@gmail.com').relay, undefined);
});

for (const [address, kind, domain] of cases) {
  test(`${JSON.stringify(address)} is ${kind}`, () => {
    const verdict = judgeEmail(address);
    assert.deepEqual([verdict.kind, verdict.domain], [kind, domain]);
    assert.notEqual(verdict.reason, '');
  });
}

test('companies whose domain resembles or shares a list with mail providers stay business', () => {
  const companies =
    'google.com microsoft.com apple.com bt.com facebook.com alibaba.com salesforce.com hubspot.com acme.uk.com';
  for (const domain of companies.split(' ')) assert.equal(judgeEmail(`a@${domain}`).kind, 'business', domain);
});

test('a mail provider stands for no company', () => {
  assert.equal(isCompanyDomain('acmecorp.com'), true);
  for (const domain of ['gmail.com', 'mailinator.com', 'x.mailinator.com', 'com', '']) {
    assert.equal(isCompanyDomain(domain), false, domain);
  }
});

test('a web address has a registrable domain too', () => {
  assert.equal(registrableDomain('https://www.acme.co.uk/about?x=1'), 'acme.co.uk');
  assert.equal(registrableDomain('127.0.0.1'), undefined);
});

test('no text makes judging an address throw, and only malformed ones lack a domain', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.tuple(fc.string(), fc.string({ unit: 'binary' })).map(parts => parts.join('@')),
  );
  fc.assert(
    fc.property(typed, address => {
      const verdict = judgeEmail(address);
      assert.equal(verdict.domain === undefined, verdict.kind === 'malformed');
      if (verdict.domain !== undefined) assert.match(verdict.domain, /^[a-z0-9.-]+$/);
    }),
  );
});

test('case and plus-parts never change the kind', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('gmail.com', 'acmecorp.com', 'mailinator.com'),
      fc.stringMatching(/^[a-z]{1,9}$/),
      (domain, tag) => {
        const plain = judgeEmail(`emma@${domain}`);
        assert.deepEqual(judgeEmail(`Emma+${tag}@${domain.toUpperCase()}`), plain);
      },
    ),
  );
});
