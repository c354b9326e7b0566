import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CryptoError, constantTimeEqual, needsSealing, open, parseKeyring, randomToken, seal } from './crypto.ts';

const A = Buffer.alloc(32, 1).toString('base64');
const B = Buffer.alloc(32, 2).toString('base64');
const here = { workspaceId: 'w1', purpose: 'connection:salesforce' };

describe('parseKeyring', () => {
  for (const [name, text, ids] of [
    ['one base64 key', A, 1],
    ['one base64url key', Buffer.alloc(32, 255).toString('base64url'), 1],
    ['one hex key', 'AB'.repeat(32), 1],
    ['a named key', `k1:${A}`, ['k1']],
    ['several, the first current', ` k2:${B} , k1:${A} `, ['k2', 'k1']],
    ['an old nameless one behind', `k2:${B},${A}`, 2],
  ] as const) {
    test(name, () => {
      const { current, keys } = parseKeyring(text);
      const found = [...keys.keys()];
      assert.equal(current, found[0]);
      if (typeof ids === 'number') assert.equal(found.length, ids);
      else assert.deepEqual(found, ids);
    });
  }

  test('base64 and hex of the same bytes are the same key under the same id', () => {
    assert.deepEqual(parseKeyring(A), parseKeyring(Buffer.alloc(32, 1).toString('hex')));
  });

  for (const [name, text, problem] of [
    ['nothing', '', /key 1 is not 32 bytes.*openssl rand -base64 32/],
    ['a short key', Buffer.alloc(16).toString('base64'), /key 1 is not 32 bytes/],
    ['a long key', Buffer.alloc(33).toString('base64'), /key 1 is not 32 bytes/],
    ['a pass phrase', 'correct horse battery staple', /key 1 is not 32 bytes/],
    ['a comma too many', `k1:${A},`, /key 2 is not 32 bytes/],
    ['the same id twice', `k1:${A},k1:${B}`, /"k1" twice/],
    ['an empty id', `:${A}`, /id of key 1/],
    ['an odd id', `k.1:${A}`, /id of key 1/],
  ] as const) {
    test(`refuses ${name}, without quoting the key`, () => {
      assert.throws(
        () => parseKeyring(text),
        (error: unknown) =>
          error instanceof CryptoError &&
          problem.test(error.message) &&
          !error.message.includes(A) &&
          !/horse/.test(error.message),
      );
    });
  }
});

describe('seal and open', () => {
  const ring = parseKeyring(`k1:${A}`);

  test('any text comes back, and the sealed form shows nothing of it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 8 }),
        fc.string(),
        fc.string(),
        (plain, workspaceId, purpose) => {
          const sealed = seal(ring, plain, { workspaceId, purpose });
          assert.match(sealed, /^b1\.k1\.[\w-]+$/);
          assert.ok(!sealed.includes(plain));
          assert.equal(open(ring, sealed, { workspaceId, purpose }), plain);
        },
      ),
    );
  });

  test('the empty text too; and the same text is sealed differently each time', () => {
    assert.equal(open(ring, seal(ring, '', here), here), '');
    assert.notEqual(seal(ring, 'x', here), seal(ring, 'x', here));
  });

  test('not in another workspace, not for another purpose, not with parts moved between the two', () => {
    const sealed = seal(ring, 'token', here);
    for (const elsewhere of [
      { ...here, workspaceId: 'w2' },
      { ...here, purpose: 'connection:hubspot' },
      { workspaceId: 'w1connection:', purpose: 'salesforce' },
      { workspaceId: 'w1","connection:salesforce', purpose: '' },
    ]) {
      assert.throws(() => open(ring, sealed, elsewhere), CryptoError);
    }
  });

  test('any changed byte is noticed', () => {
    const sealed = seal(ring, 'token', here);
    const body = Buffer.from(sealed.slice('b1.k1.'.length), 'base64url');
    for (let place = 0; place < body.length; place += 1) {
      const changed = Buffer.from(body);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      assert.throws(() => open(ring, `b1.k1.${changed.toString('base64url')}`, here), CryptoError, `byte ${place}`);
    }
  });

  for (const text of ['', 'token', 'b1.k1', 'b1.k1.AAAA', 'b2.k1.AAAA', `${seal(ring, 'x', here)}.x`]) {
    test(`${JSON.stringify(text.slice(0, 12))} is no sealed text`, () => {
      assert.throws(() => open(ring, text, here), /no text sealed by Baton/);
    });
  }

  test('rotation: old texts open, are known as old, and no longer once the key is gone', () => {
    const old = seal(ring, 'token', here);
    const rotated = parseKeyring(`k2:${B},k1:${A}`);
    assert.equal(open(rotated, old, here), 'token');
    assert.deepEqual([needsSealing(ring, old), needsSealing(rotated, old)], [false, true]);
    const fresh = seal(rotated, open(rotated, old, here), here);
    assert.equal(needsSealing(rotated, fresh), false);
    const later = parseKeyring(`k2:${B}`);
    assert.equal(open(later, fresh, here), 'token');
    assert.throws(() => open(later, old, here), /key "k1", which ENCRYPTION_KEY does not list \(it has: k2\)/);
  });

  test('another key under the same id does not open it', () => {
    assert.throws(() => open(parseKeyring(`k1:${B}`), seal(ring, 'token', here), here), /another key under that id/);
  });
});

describe('constantTimeEqual', () => {
  for (const [one, other, equal] of [
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['', 'a', false],
    ['', '', true],
    ['é', Buffer.from('é'), true],
    [Buffer.from([0, 1]), Buffer.from([0, 1]), true],
    [Buffer.from([0, 1]), Buffer.from([0]), false],
  ] as const) {
    test(`${JSON.stringify(one)} ${equal ? 'is' : 'is not'} ${JSON.stringify(other)}`, () => {
      assert.equal(constantTimeEqual(one, other), equal);
    });
  }
});

test('randomToken is as long as asked, safe in addresses, and never the same', () => {
  const tokens = Array.from({ length: 200 }, () => randomToken(24));
  assert.equal(new Set(tokens).size, 200);
  for (const token of tokens) assert.match(token, /^[\w-]{32}$/);
  assert.equal(Buffer.from(randomToken(), 'base64url').length, 32);
});
