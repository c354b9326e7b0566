/** The coverage table of every stand-in is true: what stands in it is answered, and nothing else is. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { type Coverage, matcherOf, partsOf } from '../../sandbox/coverage.ts';
import { METADATA } from '../../sandbox/salesforce/coverage.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { serviceTable } from '../../sandbox/stand-ins.ts';
import { ledger } from '../fixtures/vendor-example/stand-in.ts';

// What is run with a vendor table of its own is as true as the rest.
const sandbox = await startSandbox({ services: [...serviceTable, ledger] });
after(() => sandbox.close());

const env = sandbox.env();
/** Those that speak HTTP, each with what the test calls it with. */
const samples = [...sandbox.services.values()].flatMap(service => {
  if (service.commands) return [];
  assert.ok(service.sample, `${service.name} says what it is called with`);
  return { service: service.name, coverage: service.coverage, ...service.sample() };
});

async function call(service: string, method: string, path: string, headers: Record<string, string>) {
  const answer = await fetch(`${sandbox.url}/${service}${path}`, { method, headers, redirect: 'manual' });
  const text = (await answer.text()).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');
  return { status: answer.status, text };
}

/** A path of the table with names put in. */
function filled(path: string, params: Record<string, string>): string {
  return path.replaceAll(/[:*](\w+)/g, (_whole, name: string) => params[name] ?? `any-${name}`);
}

/** Endpoints that are there, one for each of their methods. */
function endpointsOf(coverage: Coverage): { key: string; method: string; path: string }[] {
  return Object.keys(coverage)
    .filter(key => 'covers' in (coverage[key] ?? {}))
    .flatMap(key => partsOf(key).methods.map(method => ({ key, method, path: partsOf(key).path })));
}

for (const [name, { coverage }] of sandbox.services) {
  describe(`the coverage table of ${name}`, () => {
    test('says of every endpoint what is there of it, or why it is not', () => {
      assert.ok(Object.keys(coverage).length > 0);
      for (const [key, endpoint] of Object.entries(coverage)) {
        for (const text of Object.values(endpoint)) assert.ok(typeof text !== 'string' || text.length > 2, key);
      }
    });

    test('has no endpoint that an earlier one answers for', () => {
      const match = matcherOf(coverage);
      for (const { key, method, path } of endpointsOf(coverage)) {
        assert.equal(match(method, filled(path, {}))?.endpoint, key);
      }
    });
  });
}

describe('every endpoint of the table is answered, and no other', () => {
  for (const sample of samples) {
    const { service, coverage, headers, params, except = {}, unknown = '/no/such/endpoint', refusesWith200 } = sample;
    test(service, async () => {
      for (const { key, method, path } of endpointsOf(coverage)) {
        const nothing = await call(service, method, unknown, headers);
        assert.equal(sandbox.takeUnknown().length, 1);
        const given = await call(service, method, filled(path, except[key] ?? params), headers);
        assert.equal(sandbox.calls(service).at(-1)?.endpoint, key);
        assert.ok(given.status < 500 || key.includes('/Soap/'), `${key} answered ${given.status}: ${given.text}`);
        assert.notDeepEqual(given, nothing, `${key} answers as if it were not there`);
        assert.deepEqual(sandbox.takeUnknown(), [], key);
      }
    });

    test(`${service}: what is absent, and what nobody has heard of`, async () => {
      const absent = Object.keys(coverage).filter(key => 'absent' in (coverage[key] ?? {}));
      for (const key of [...absent, `GET ${unknown}`, 'PUT /', 'PURGE /x']) {
        const { methods, path } = partsOf(key);
        for (const method of methods) {
          const { status } = await call(service, method, filled(path, params), headers);
          assert.ok(status >= 400 || refusesWith200, `${key} answered ${status}`);
          assert.deepEqual(sandbox.takeUnknown(), [`${method} /${service}${filled(path, params)}`]);
          assert.equal(sandbox.calls(service).at(-1)?.endpoint, null);
        }
      }
    });
  }

  test('operations of the Metadata API', async () => {
    const session = samples.find(one => one.service === 'salesforce')?.headers.authorization?.replace('Bearer ', '');
    const soap = async (operation: string) => {
      const answer = await fetch(`${env.SALESFORCE_LOGIN_URL}/services/Soap/m/64.0`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader><sessionId>${session}</sessionId></SessionHeader></e:Header><e:Body><${operation}><type>CustomField</type></${operation}></e:Body></e:Envelope>`,
      });
      return answer.text();
    };
    for (const { path } of endpointsOf(METADATA)) {
      assert.doesNotMatch(await soap(path.slice(1)), /No operation available/, path);
    }
    assert.deepEqual(sandbox.takeUnknown(), []);
    assert.match(await soap('renameMetadata'), /No operation available/);
    assert.deepEqual(sandbox.takeUnknown(), ['salesforce: Metadata API renameMetadata']);
  });

  test('mail: commands instead of addresses', async () => {
    const coverage = sandbox.services.get('mail')?.coverage ?? {};
    const { port, username, password } = new URL(String(env.SMTP_URL));
    const plain = Buffer.from(`\0${username}\0${password}`).toString('base64');
    const written: Record<string, string> = {
      AUTH: `AUTH PLAIN ${plain}`,
      MAIL: 'MAIL FROM:<a@example.com>',
      RCPT: 'RCPT TO:<b@example.com>',
      EHLO: 'EHLO here',
      HELO: 'HELO here',
    };
    const there = endpointsOf(coverage).map(({ method }) => method);
    const inOrder = ['EHLO', 'HELO', 'AUTH', 'MAIL', 'RCPT', 'DATA'];
    const [talked, more] = [inOrder, there.filter(one => !inOrder.includes(one) && one !== 'CONNECT')];
    const lines = [
      ...talked.map(one => written[one] ?? one),
      'Hello',
      ...more.toSorted(one => (one === 'QUIT' ? 1 : -1)),
    ];
    const codes = await talk(
      Number(port),
      lines.map(one => (one === 'Hello' ? 'Hello\r\n.' : one)),
    );
    assert.ok(there.includes('CONNECT') && codes.length === lines.length + 1, 'a greeting, and an answer to each line');
    assert.ok(
      codes.every(code => code < 400),
      `${lines.join()} answered ${codes.join()}`,
    );
    assert.deepEqual(sandbox.takeUnknown(), []);

    const absent = Object.keys(coverage).flatMap(key =>
      'absent' in (coverage[key] ?? {}) ? partsOf(key).methods : [],
    );
    const unknown = [...absent, 'EXPN', 'TURN'];
    const refused = await talk(Number(port), [...unknown, 'QUIT']);
    assert.deepEqual(refused, [220, ...unknown.map(() => 500), 221]);
    assert.deepEqual(
      sandbox.takeUnknown(),
      unknown.map(one => `mail: ${one}`),
    );
  });
});

/** Says each line once the one before was answered; answers the codes, the greeting's first. */
async function talk(port: number, lines: string[]): Promise<number[]> {
  const socket = connect(port, '127.0.0.1');
  const codes: number[] = [];
  const rest = [...lines];
  let heard = '';
  for await (const chunk of socket) {
    heard += String(chunk);
    // The last line of an answer has a space after its code.
    const [, code] = /(?:^|\r\n)(\d{3}) [^\r\n]*\r\n$/.exec(heard) ?? [];
    if (code === undefined) continue;
    codes.push(Number(code));
    heard = '';
    const next = rest.shift();
    if (next === undefined) socket.end();
    else socket.write(`${next}\r\n`);
  }
  return codes;
}
