import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { App } from '@slack/bolt';
import manifest from '../../manifest.json' with { type: 'json' };
import type { SlackDeps } from '../../src/slack/app.ts';
import { listen } from '../../src/slack/listeners/index.ts';

/** What Slack wants for each method Baton calls, in the kinds of conversation it calls it for. */
const METHOD_SCOPES: Record<string, string[]> = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  // Slack gives users:read.email only together with users:read.
  'users.lookupByEmail': ['users:read.email', 'users:read'],
  'views.publish': [],
};

/** Events by the name of the manifest: what they are called on arrival, and what Slack wants for them. */
const EVENTS: Record<string, { arrivesAs: string; scopes: string[] }> = {
  app_home_opened: { arrivesAs: 'app_home_opened', scopes: [] },
  app_mention: { arrivesAs: 'app_mention', scopes: ['app_mentions:read'] },
  app_uninstalled: { arrivesAs: 'app_uninstalled', scopes: [] },
  'message.im': { arrivesAs: 'message', scopes: ['im:history'] },
  tokens_revoked: { arrivesAs: 'tokens_revoked', scopes: [] },
};

const slack = resolve(import.meta.dirname, '../../src/slack');

function methodsCalled(): string[] {
  const sources = globSync('**/*.ts', { cwd: slack }).filter(file => !file.endsWith('.test.ts'));
  const calls = sources.flatMap(file => [
    ...readFileSync(join(slack, file), 'utf8').matchAll(/\bclient\s*\.\s*(\w+)\s*\.\s*(\w+)\(/g),
  ]);
  return [...new Set(calls.map(([, family, name]) => `${family}.${name}`))].toSorted();
}

/** Everything Baton listens to, as it tells Bolt. */
function heard(): { commands: string[]; events: string[] } {
  const commands: string[] = [];
  const events: string[] = [];
  const recorder = {
    action() {},
    command: (name: string) => void commands.push(name),
    event: (name: string) => void events.push(name),
  };
  listen(recorder as unknown as App, {} as SlackDeps);
  return { commands, events: events.toSorted() };
}

test('the table above lists exactly the methods that are called', () => {
  assert.deepEqual(methodsCalled(), Object.keys(METHOD_SCOPES).toSorted());
});

test('the manifest asks for every scope that is needed and for no other', () => {
  const events = manifest.settings.event_subscriptions.bot_events.flatMap(name => EVENTS[name]?.scopes ?? []);
  const commands = manifest.features.slash_commands.length > 0 ? ['commands'] : [];
  const needed = new Set([...Object.values(METHOD_SCOPES).flat(), ...events, ...commands]);
  assert.deepEqual(manifest.oauth_config.scopes.bot, [...needed].toSorted());
});

test('the manifest subscribes to what is listened to, and offers the commands that are answered', () => {
  const subscribed = manifest.settings.event_subscriptions.bot_events.map(name => EVENTS[name]?.arrivesAs);
  assert.deepEqual(subscribed.toSorted(), heard().events);
  assert.deepEqual(
    manifest.features.slash_commands.map(one => one.command),
    heard().commands,
  );
});

test('the manifest keeps within what Slack and its Marketplace take', () => {
  const { display_information: shown, features, oauth_config: oauth, settings } = manifest;
  assert.ok(shown.name.length <= 35);
  assert.ok(shown.description.length <= 140);
  assert.ok(shown.long_description.length >= 174 && shown.long_description.length <= 4_000);
  assert.match(shown.background_color, /^#[0-9a-f]{6}$/);
  assert.ok(features.bot_user.display_name.length <= 80);
  assert.ok(features.app_home.messages_tab_enabled, 'cards arrive in the Messages tab');
  assert.equal(settings.socket_mode_enabled, false, 'the Marketplace takes no socket mode');
  const urls = [
    ...oauth.redirect_urls,
    ...features.slash_commands.map(one => one.url),
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
  ];
  for (const url of urls) assert.match(url, /^https:\/\/baton\.example\.com\/slack\/(events|oauth_redirect)$/);
  for (const scope of oauth.scopes.bot) assert.doesNotMatch(scope, /^(admin|identity|search|triggers)|workflow/);
});
