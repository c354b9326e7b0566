import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type Logger } from './log.ts';

/** What one piece of logging writes, line by line. */
function written(work: (log: Logger) => void, level: 'info' | 'silent' = 'info'): string[] {
  const lines: string[] = [];
  work(createLogger({ level, destination: { write: line => void lines.push(line) } }));
  return lines;
}

test('secret-like keys are hidden at any depth, in lists, errors and child bindings', () => {
  const error = Object.assign(new Error('refused', { cause: new Error('inner') }), {
    config: { headers: { Authorization: 's3cret', 'X-Api-Key': 's3cret' }, url: '/ok' },
  });
  const lines = written(log => {
    log.info({ access_token: 's3cret', refreshToken: 's3cret', password: 's3cret', client_secret: 's3cret' });
    log.info({ deep: [{ private_key: 's3cret', session: { cookie: 's3cret', 'set-cookie': ['s3cret'] } }] });
    log.warn({ err: error, other: error }, 'failed');
    log.child({ workspaceId: 'w1', hook_key: 's3cret' }).child({ token: 's3cret' }).info('child');
    log.info({ bytes: Buffer.from('s3cret') });
  });
  assert.equal(lines.length, 5);
  for (const line of lines) assert.ok(!line.includes('s3cret') && !line.includes('czNjcmV0'), line);
  assert.match(lines[2] ?? '', /"message":"refused.*inner".*"url":"\/ok"/);
  assert.match(lines[3] ?? '', /"workspaceId":"w1".*"msg":"child"/);
});

test('secrets are known by their shape inside any text', () => {
  const secrets = [
    'xoxb-12345-abcdef',
    'xoxe.xoxp-1-abcdef',
    'Bearer abcdef.ghi-jkl',
    '?access_token=abcdef12&x=1',
    '/hooks/abcdef0123456789abcd/hubspot',
  ];
  for (const secret of secrets) {
    const [line = ''] = written(log =>
      log.error({ err: new Error(`bad\n${secret}`), note: secret }, `line\n${secret}`),
    );
    assert.ok(!line.includes('abcdef'), line);
    assert.doesNotThrow(() => JSON.parse(line));
  }
});

test('a private key in a text is hidden, and the line stays JSON', () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----';
  const [line = ''] = written(log => log.info({ first: '-----BEGIN PRIVATE KEY-----', text: pem, last: 'kept' }));
  assert.ok(!line.includes('MIIabc'));
  assert.equal(JSON.parse(line).last, 'kept');
});

test('what is no secret is kept: counts, dates, ids', () => {
  const at = new Date('2026-11-24T09:00:00.000Z');
  const [line = ''] = written(log =>
    log.info({ tokens: 5, token: null, handoffId: 'h1', at, list: [1, 'two'] }, 'kept'),
  );
  const { tokens, token, handoffId, at: time, list, level, msg } = JSON.parse(line);
  assert.deepEqual(
    { tokens, token, handoffId, time, list, level, msg },
    {
      tokens: 5,
      token: null,
      handoffId: 'h1',
      time: '2026-11-24T09:00:00.000Z',
      list: [1, 'two'],
      level: 'info',
      msg: 'kept',
    },
  );
});

test('hostile text cannot forge a line, circles end, silence is silent', () => {
  const circle: Record<string, unknown> = { name: 'Eve\n{"level":"fatal"}' };
  circle.self = circle;
  const lines = written(log => log.info({ circle }, 'x\r\ny'));
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.trimEnd().split('\n').length, 1);
  assert.deepEqual(
    written(log => log.fatal('x'), 'silent'),
    [],
  );
});
