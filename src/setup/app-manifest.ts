/** The Slack app of this very installation: the manifest with its address filled in, as a link that Slack opens. */
import { readFileSync } from 'node:fs';

/** Of Slack's format (version 2) what is changed here. */
interface Manifest {
  features: { slash_commands: readonly { command: string; url: string }[] };
  oauth_config: { redirect_urls: readonly string[]; scopes: object };
  settings: {
    event_subscriptions: { request_url: string; bot_events: readonly string[] };
    interactivity: { is_enabled: boolean; request_url: string };
  };
}

const file = new URL('../../manifest.json', import.meta.url);

/** What `manifest.json` has in the place of the address. */
const EXAMPLE = 'https://baton.example.com';

/** Slack's page that makes an app from a manifest. */
const CREATE = 'https://api.slack.com/apps?new_app=1';

const read = (): string => readFileSync(file, 'utf8');

/** The manifest for an installation that Slack reaches at this address. */
export function manifestFor(address: string): Manifest {
  return JSON.parse(read().replaceAll(EXAMPLE, address)) as Manifest;
}

/**
 * The manifest for a trial by socket mode: Slack calls no address, and the token is the one Slack shows on its own page,
 * which is for one workspace and must not run out after half a day.
 */
export function socketManifest(): object {
  const manifest = JSON.parse(read()) as Manifest;
  const { oauth_config: oauth, settings, features } = manifest;
  const { request_url: _events, ...events } = settings.event_subscriptions;
  const { request_url: _pressed, ...interactivity } = settings.interactivity;
  return {
    ...manifest,
    features: { ...features, slash_commands: features.slash_commands.map(({ url: _url, ...command }) => command) },
    oauth_config: { scopes: oauth.scopes },
    settings: {
      ...settings,
      event_subscriptions: events,
      interactivity,
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  };
}

/** Opens Slack's form with everything filled in; whoever follows it chooses the workspace and presses Create. */
export function createAppLink(manifest: object): string {
  return `${CREATE}&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;
}
