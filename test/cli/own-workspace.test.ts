/** Commands work with the environment's own workspace, whichever others share its database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withPlaybook } from '../../src/cli/playbook-in-use.ts';
import { withCrm } from '../../src/cli/with-crm.ts';
import { readEnv } from '../../src/config/env.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { saveCredential } from '../../src/db/connections/credentials.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { SALESFORCE } from '../../src/vendors/salesforce/manifest.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { testDatabase } from '../helpers/database.ts';
import { EXAMPLE } from '../helpers/playbook.ts';

const KEY = '22'.repeat(32);
const OWN = { team: 'T0OWN', hookKey: 'hook-key-of-our-own', organization: '00D000000000002MAQ' };
const OTHER = { team: 'T0OTHER', hookKey: 'hook-key-of-others', organization: '00D000000000001MAQ' };

let database: { url: string; drop(): Promise<void> };
let db: Db;

before(async () => {
  database = await testDatabase();
  db = connect(database.url, 2);
  for (const [minutes, { team, hookKey, organization }] of [OTHER, OWN].entries()) {
    const at = new Date(Date.UTC(2026, 10, 24, 18, minutes));
    const { id } = await ensureWorkspace(db, { name: team, slackTeamId: team, hookKey, at });
    await savePlaybook(db, id, { yaml: `${EXAMPLE}# of ${team}\n`, author: `dana@${team}.test`, note: '', at });
    await saveCredential(
      db,
      parseKeyring(KEY),
      { workspaceId: id, vendor: 'salesforce', holder: '' },
      {
        tokens: {
          accessToken: `token of ${team}`,
          refreshToken: 'refresh',
          instanceUrl: 'http://127.0.0.1:9',
          identity: `http://127.0.0.1:9/id/${organization}/005000000000001MAQ`,
        },
        account: '005000000000001MAQ',
        tenant: organization,
        connectedBy: 'dana@example.com',
        at,
      },
    );
  }
});
after(async () => {
  await db.destroy();
  await database.drop();
});

const env = () =>
  readEnv(
    {
      HOOK_KEY: OWN.hookKey,
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: KEY,
      PUBLIC_URL: 'http://127.0.0.1:9',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'secret',
      SALESFORCE_FLOW: 'web_server',
      SALESFORCE_CLIENT_ID: 'app',
      SALESFORCE_LOGIN_URL: 'http://127.0.0.1:9',
    },
    VENDORS,
  );

test('the playbook in use is its own', () =>
  withPlaybook(env(), undefined, async ({ which }) => {
    assert.match(which, /edited in Slack by dana@T0OWN\.test/);
  }));

test('and so is the log-in to the CRM', () =>
  withPlaybook(env(), undefined, inUse =>
    withCrm(SALESFORCE, env(), inUse, async crm => {
      assert.equal(await crm.hook?.tenant?.(), OWN.organization);
    }),
  ));
