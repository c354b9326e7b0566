import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { App } from '@slack/bolt';
import { Ajv } from 'ajv';
import manifest from '../../manifest.json' with { type: 'json' };
import type { SlackDeps } from '../../src/slack/app.ts';
import { listen } from '../../src/slack/listeners/index.ts';
import { LOOKING } from '../../src/slack/listeners/shortcuts/ask.ts';

/** What Slack wants for each method Baton calls, in the kinds of conversation it calls it for. */
const METHOD_SCOPES: Record<string, string[]> = {
  'auth.teams.list': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  // Any token may: it says whether a message is still there.
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  // What an installer presses Allow for; no token is asked for yet.
  'oauth.v2.access': [],
  // Without users:read.email the address is left out of the answer.
  'users.info': ['users:read.email', 'users:read'],
  // Slack gives users:read.email only together with users:read.
  'users.lookupByEmail': ['users:read.email', 'users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** What Slack adds for a feature of the manifest, whatever is called. */
const FEATURE_SCOPES: Record<string, string[]> = { agent_view: ['assistant:write'], slash_commands: ['commands'] };

/** Events by the name of the manifest: what they are called on arrival, and what Slack wants for them. */
const EVENTS: Record<string, { arrivesAs: string; scopes: string[] }> = {
  app_home_opened: { arrivesAs: 'app_home_opened', scopes: [] },
  app_mention: { arrivesAs: 'app_mention', scopes: ['app_mentions:read'] },
  app_uninstalled: { arrivesAs: 'app_uninstalled', scopes: [] },
  'message.im': { arrivesAs: 'message', scopes: ['im:history'] },
  team_access_granted: { arrivesAs: 'team_access_granted', scopes: [] },
  team_access_revoked: { arrivesAs: 'team_access_revoked', scopes: [] },
  tokens_revoked: { arrivesAs: 'tokens_revoked', scopes: [] },
};

const slack = resolve(import.meta.dirname, '../../src/slack');

function methodsCalled(): string[] {
  const sources = globSync('**/*.ts', { cwd: slack }).filter(file => !file.endsWith('.test.ts'));
  const calls = sources.flatMap(file => [
    ...readFileSync(join(slack, file), 'utf8').matchAll(/\bclient\s*\.\s*(\w+(?:\s*\.\s*\w+)+)\(/g),
  ]);
  return [...new Set(calls.map(([, name = '']) => name.replace(/\s/g, '')))].toSorted();
}

/** Everything Baton listens to, as it tells Bolt. */
function heard() {
  const commands: string[] = [];
  const events = new Set<string>();
  const shortcuts: string[] = [];
  const options: unknown[] = [];
  const recorder = {
    action() {},
    view() {},
    command: (name: string) => void commands.push(name),
    event: (name: string) => void events.add(name),
    shortcut: ({ type, callback_id: id }: { type: string; callback_id: string }) =>
      void shortcuts.push(`${type} ${id}`),
    options: (constraint: unknown) => void options.push(constraint),
  };
  listen(recorder as unknown as App, {} as SlackDeps);
  return { commands, events: [...events].toSorted(), shortcuts: shortcuts.toSorted(), options };
}

test('the table above lists exactly the methods that are called', () => {
  assert.deepEqual(methodsCalled(), Object.keys(METHOD_SCOPES).toSorted());
});

const SCHEMA = resolve(import.meta.dirname, '../fixtures/slack/manifest.schema.2.0.0.json');

test("the manifest is what Slack's own schema takes", () => {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  const validate = new Ajv({ strict: false, allErrors: true, formats: { uri: true } }).compile(schema);
  assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 2));
  assert.equal(validate({ ...manifest, unheard_of: true }), false, 'the schema would say so');
});

test('the manifest keeps the lengths that Slack allows', () => {
  const { display_information: shown, features } = manifest;
  const lengths: [text: string, most: number][] = [
    [shown.name, 35],
    [shown.description, 140],
    [shown.long_description, 4_000],
    [features.bot_user.display_name, 80],
    ...features.shortcuts.map(({ name }): [string, number] => [name, 24]),
  ];
  for (const [text, most] of lengths) assert.ok(text.length > 0 && text.length <= most, `"${text}" (${most})`);
  assert.ok(shown.long_description.length >= 174, 'Slack’s form wants at least 174 characters');
});

test('the manifest asks for every scope that is needed and for no other', () => {
  const events = manifest.settings.event_subscriptions.bot_events.flatMap(name => EVENTS[name]?.scopes ?? []);
  const features = Object.keys(manifest.features).flatMap(name => FEATURE_SCOPES[name] ?? []);
  const needed = new Set([...Object.values(METHOD_SCOPES).flat(), ...events, ...features]);
  assert.deepEqual(manifest.oauth_config.scopes.bot, [...needed].toSorted());
});

/** Rows of the table of scopes, cell by cell. */
const documented = readFileSync(resolve(import.meta.dirname, '../../docs/marketplace.md'), 'utf8')
  .split('\n')
  .map(line => line.split('|').map(cell => cell.trim()))
  .filter(cells => /^`[a-z:_.]+`$/.test(cells[1] ?? '') && cells.length === 6);

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).toSorted();

test('docs/marketplace.md gives each scope of the manifest its reason, and names all that uses it', () => {
  const scopes = documented.map(([, scope]) => quoted(scope)[0]);
  assert.deepEqual(scopes, manifest.oauth_config.scopes.bot);
  const users: [name: string, scopes: readonly string[]][] = [
    ...Object.entries(METHOD_SCOPES),
    ...Object.entries(EVENTS).map(([name, event]): [string, string[]] => [name, event.scopes]),
    ...Object.entries(FEATURE_SCOPES),
  ];
  for (const [, cell, reason = '', pressed, uses] of documented) {
    const [scope = ''] = quoted(cell);
    assert.ok(reason.length > 20 && pressed, scope);
    const right = users.filter(([, needs]) => needs.includes(scope)).map(([name]) => name);
    assert.deepEqual(quoted(uses), right.toSorted(), scope);
  }
});

test('the manifest subscribes to what is listened to, and offers what is answered', () => {
  const { commands, events, shortcuts, options } = heard();
  const { features, settings } = manifest;
  const subscribed = settings.event_subscriptions.bot_events.map(name => EVENTS[name]?.arrivesAs);
  assert.deepEqual(subscribed.toSorted(), events);
  assert.deepEqual(
    features.slash_commands.map(one => one.command),
    commands,
  );
  const arrives = { global: 'shortcut', message: 'message_action' } as Record<string, string>;
  assert.deepEqual(features.shortcuts.map(one => `${arrives[one.type]} ${one.callback_id}`).toSorted(), shortcuts);
  assert.equal(
    'message_menu_options_url' in settings.interactivity,
    options.length > 0,
    'asked for options, and where',
  );
});

test('every suggested prompt is a word that Baton answers in its DM', () => {
  for (const { message } of manifest.features.agent_view.suggested_prompts) {
    const word = message.split(' ')[0] ?? '';
    assert.ok(word === 'help' || LOOKING.has(word), message);
  }
});

test('the manifest keeps within what Slack and its Marketplace take', () => {
  const { display_information: shown, features, oauth_config: oauth, settings } = manifest;
  assert.ok(shown.name.length <= 35);
  assert.ok(shown.description.length <= 140);
  assert.ok(shown.long_description.length >= 174 && shown.long_description.length <= 4_000);
  assert.match(shown.background_color, /^#[0-9a-f]{6}$/);
  assert.ok(features.bot_user.display_name.length <= 80);
  assert.equal('assistant_view' in features, false, 'an app has one agent experience; the schema would take both');
  for (const { name } of features.shortcuts) assert.match(name, /^(Hand|Make) /, 'shortcuts start with a verb');
  assert.ok(features.app_home.messages_tab_enabled, 'cards arrive in the Messages tab');
  assert.equal(settings.socket_mode_enabled, false, 'the Marketplace takes no socket mode');
  assert.ok(settings.token_rotation_enabled && settings.org_deploy_enabled);
  const urls = [
    ...oauth.redirect_urls,
    ...features.slash_commands.map(one => one.url),
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
  ];
  for (const url of urls)
    assert.match(url, /^https:\/\/baton\.example\.com\/(slack\/(events|oauth_redirect)|page\/sign-in\/callback)$/);
  for (const scope of oauth.scopes.bot) assert.doesNotMatch(scope, /^(admin|identity|search|triggers)|workflow/);
});
