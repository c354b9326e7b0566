/** Touches in people's own sessions: theirs in the org, and Baton's where theirs will not do. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Crm, CrmTouch } from '../../src/contracts/crm.ts';
import { CredentialsRejected, Unavailable } from '../../src/lib/errors.ts';
import { salesforceLogin } from '../../src/vendors/salesforce/api/oauth.ts';
import type { TokenKeeper, Tokens } from '../../src/vendors/salesforce/api/tokens.ts';
import { COMPOSITE, inOrg, type Org, type Row } from './salesforce-org.ts';

const MARCUS = 'marcus@example.com';
const PRIYA = 'priya@example.com';
const BATON = 'baton-integration@example.com';
const APP = 'http://127.0.0.1:3000';
const redirectUri = `${APP}/connect/salesforce/callback`;
const verifier = 'v'.repeat(64);

/** Kept log-ins by e-mail, as a process without a database would. */
class Kept {
  readonly #tokens = new Map<string, Tokens>();

  put(email: string, tokens: Tokens): void {
    this.#tokens.set(email, tokens);
  }

  forget(email: string): void {
    this.#tokens.delete(email);
  }

  keeperOf(email: string): TokenKeeper {
    return {
      read: async () => this.#tokens.get(email),
      renew: async (refresh, used) => {
        const stored = this.#tokens.get(email);
        if (!stored) throw new CredentialsRejected('nobody is logged in', { service: 'salesforce' });
        if (stored.accessToken !== used) return stored;
        try {
          const fresh = await refresh(stored);
          this.#tokens.set(email, fresh);
          return fresh;
        } catch (error) {
          if (error instanceof CredentialsRejected && !error.forAll) this.#tokens.delete(email);
          throw error;
        }
      },
    };
  }
}

interface Bench {
  crm: Crm;
  kept: Kept;
  leadId: string;
  logIn(email: string): Promise<void>;
}

async function open(org: Org): Promise<Bench> {
  org.sandbox.setAppUrl(APP);
  const env = org.sandbox.env();
  const { SALESFORCE_CLIENT_ID: clientId = '', SALESFORCE_CLIENT_SECRET: clientSecret = '' } = env;
  const kept = new Kept();
  const page = salesforceLogin({
    loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
    clientId,
    clientSecret,
    clock: org.clock,
    forWorkspace: false,
  });
  return {
    crm: org.connect({ personalLogins: { clientId, clientSecret, keeperOf: email => kept.keeperOf(email) } }),
    kept,
    leadId: await org.add('Lead', { LastName: 'Thompson', Company: 'Acme', Email: 'emma@acmecorp.com' }),
    async logIn(email) {
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const address = page.address({ state: 's', challenge, redirectUri });
      const back = await fetch(`${address}&as=${email}`, { redirect: 'manual' });
      const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const { tokens } = await page.exchange({ code, verifier, redirectUri });
      kept.put(email, tokens as Tokens);
    },
  };
}

let number = 0;
function touchBy(email: string, leadId: string, more: Partial<CrmTouch> = {}): CrmTouch {
  number += 1;
  return {
    touchId: `touch-${number}`,
    record: { kind: 'lead', id: leadId },
    kind: 'call',
    writeAs: email,
    subject: `Call ${number}: Connected`,
    description: 'Asked for prices',
    at: '2026-11-24T18:00:00.000Z',
    on: '2026-11-24',
    call: { outcome: 'Connected', direction: 'outbound', seconds: 240 },
    ...more,
  };
}

/** Who made each task, by the end of its key. */
async function makers(org: Org): Promise<(string | number | boolean | null | undefined)[]> {
  const users = new Map((await org.rows('User')).map(user => [user.Id, user.Email]));
  const tasks = (await org.rows('Task')).toSorted((one, other) =>
    String(one.Baton_Handoff_Id__c).localeCompare(String(other.Baton_Handoff_Id__c), undefined, { numeric: true }),
  );
  return tasks.map((task: Row) => users.get(task.CreatedById ?? '') ?? null);
}

inOrg('two people in one moment, and one who never logged in: each task is made by whoever did it', async org => {
  const { crm, leadId, logIn } = await open(org);
  await logIn(MARCUS);
  await logIn(PRIYA);
  const before = org.calls().length;
  const nextStep = { subject: 'Send the proposal', dueOn: '2026-11-26' };
  const logged = await Promise.all([
    crm.logTouch(touchBy(MARCUS, leadId)),
    crm.logTouch(touchBy(PRIYA, leadId, { nextStep })),
    crm.logTouch(touchBy('tom@example.com', leadId)),
  ]);
  assert.deepEqual(
    logged.map(({ own, warnings }) => ({ own, warnings })),
    [
      { own: { kind: 'used' }, warnings: [] },
      { own: { kind: 'used' }, warnings: [] },
      { own: undefined, warnings: [] },
    ],
  );
  assert.equal(org.calls().length - before, 3, 'one call each');
  assert.deepEqual(await makers(org), [MARCUS, PRIYA, PRIYA, BATON]);
  // Whoever made it: it carries Baton's key, so it proves nothing when it comes back as news.
  for (const { id = '' } of logged) {
    const heard = await crm.look?.({ kind: 'activity', id });
    const parsed = heard && crm.parse?.(heard);
    assert.ok(parsed?.kind === 'activity' && parsed.own);
  }
});

inOrg(
  'a session that ended is renewed; a log-in that was taken back, given up or frozen is written by Baton',
  async org => {
    const { crm, kept, leadId, logIn } = await open(org);
    await logIn(MARCUS);
    assert.deepEqual((await crm.logTouch(touchBy(MARCUS, leadId))).own, { kind: 'used' });
    await org.set({ expireSessions: true });
    assert.deepEqual((await crm.logTouch(touchBy(MARCUS, leadId))).own, { kind: 'used' }, 'renewed');
    await org.set({ login: { revokeTokens: true } });
    const lapsed = await crm.logTouch(touchBy(MARCUS, leadId));
    assert.equal(lapsed.own?.kind, 'lapsed');
    assert.match(JSON.stringify(lapsed.own), /expired access\/refresh token.*Connect again/);
    assert.equal((await crm.logTouch(touchBy(MARCUS, leadId))).own, undefined, 'not tried again');
    await logIn(MARCUS);
    assert.deepEqual((await crm.logTouch(touchBy(MARCUS, leadId))).own, { kind: 'used' }, 'logged in anew');
    kept.forget(MARCUS);
    assert.equal(
      (await crm.logTouch(touchBy(MARCUS, leadId))).own,
      undefined,
      'given up: not used for a moment longer',
    );
    await logIn(MARCUS);
    await org.set({ deactivateUser: MARCUS, expireSessions: true });
    assert.equal((await crm.logTouch(touchBy(MARCUS, leadId))).own?.kind, 'lapsed');
    assert.deepEqual(await makers(org), [MARCUS, MARCUS, BATON, BATON, MARCUS, BATON, BATON]);
  },
);

inOrg('what their profile does not let them write is written by Baton, whole, and says why', async org => {
  const { crm, leadId, logIn } = await open(org);
  await logIn(MARCUS);
  await logIn(PRIYA);
  await org.set({ denyUser: { email: MARCUS, object: 'Task', field: 'CallDisposition' } });
  await org.set({ denyUser: { email: PRIYA, object: 'Task' } });
  const nextStep = { subject: 'Send the proposal', dueOn: '2026-11-26' };
  const hidden = await crm.logTouch(touchBy(MARCUS, leadId, { nextStep }));
  assert.equal(hidden.own?.kind, 'denied');
  assert.match(JSON.stringify(hidden.own), /CallDisposition/);
  assert.deepEqual(hidden.warnings, [], 'nothing is left out for it');
  const refused = await crm.logTouch(touchBy(PRIYA, leadId));
  assert.match(JSON.stringify(refused.own), /insufficient access rights/);
  const tasks = await org.rows('Task');
  assert.equal(tasks.find(task => task.Id === hidden.id)?.CallDisposition, 'Connected');
  assert.equal(tasks.length, 3);
  assert.deepEqual(await makers(org), [BATON, MARCUS, BATON], 'the next step was his to make');
  const mail = await crm.logTouch(touchBy(MARCUS, leadId, { kind: 'email', call: undefined } as Partial<CrmTouch>));
  assert.deepEqual(mail.own, { kind: 'used' }, 'the next one is tried again');
});

inOrg(
  'a field that everybody lost is learned of once; a record that moved is followed in their own session',
  async org => {
    const { crm, leadId, logIn } = await open(org);
    await logIn(MARCUS);
    await org.set({ removeField: { object: 'Task', field: 'CallDisposition' } });
    const learning = await crm.logTouch(touchBy(MARCUS, leadId));
    assert.equal(learning.own?.kind, 'denied', 'a field that is gone looks like one that is hidden from him');
    const logged = await crm.logTouch(touchBy(MARCUS, leadId));
    assert.deepEqual(logged.own, { kind: 'used' }, 'the org is known by now');
    const master = await org.add('Lead', { LastName: 'Thompson', Company: 'Acme', Email: 'emma@acmecorp.com' });
    await org.press('merge', { object: 'Lead', master, losers: [leadId] });
    const moved = await crm.logTouch(touchBy(MARCUS, leadId));
    assert.deepEqual([moved.own, moved.record], [{ kind: 'used' }, { kind: 'lead', id: master }]);
    assert.deepEqual(await makers(org), [BATON, MARCUS, MARCUS]);
  },
);

inOrg('silence is Unavailable for them, too, and the retry makes no second task', async org => {
  const { crm, leadId, logIn } = await open(org);
  await logIn(MARCUS);
  const touch = touchBy(MARCUS, leadId);
  org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, method: 'POST', reset: true, after: 'after', times: 1 });
  await assert.rejects(crm.logTouch(touch), Unavailable);
  const logged = await crm.logTouch(touch);
  assert.deepEqual([logged.own, logged.warnings], [{ kind: 'used' }, []]);
  assert.deepEqual(await makers(org), [MARCUS]);
});
