import type { Handlers } from '../service.ts';
import { APP, HOME_TEAM, nextSecret, type World } from './world.ts';

/** `GET /oauth/v2/authorize`: the installer always agrees. `team=` chooses the workspace, as Slack's own picker would. */
export function oauthPage(world: () => World): Handlers {
  return {
    'GET /oauth/v2/authorize': (req, res) => {
      const now = world();
      const workspace = now.workspaces.get(String(req.query.team ?? HOME_TEAM));
      const scopes = String(req.query.scope ?? '')
        .split(/[ ,]+/)
        .filter(Boolean);
      const problem = !workspace
        ? 'no such team'
        : req.query.client_id !== APP.clientId
          ? 'invalid client_id'
          : scopes.length === 0
            ? 'no_scopes'
            : undefined;
      if (problem !== undefined || !workspace) return void res.status(400).type('text').send(problem);
      const redirectUri = String(req.query.redirect_uri ?? `${now.context.appUrl()}/slack/oauth_redirect`);
      const code = nextSecret(now);
      now.codes.set(code, { team: workspace.id, scopes, redirectUri, used: false });
      const target = new URL(redirectUri);
      target.searchParams.set('code', code);
      if (req.query.state !== undefined) target.searchParams.set('state', String(req.query.state));
      res.redirect(302, target.href);
    },
  };
}
