/** A stand-in of Google: logging in, and Gmail as far as sending goes. */
import type { Response } from 'express';
import { people } from '../mailboxes.ts';
import type { Handlers, ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET to these. */
export const GOOGLE_APP = {
  GOOGLE_CLIENT_ID: 'sandbox.apps.googleusercontent.com',
  GOOGLE_CLIENT_SECRET: 'sandbox-google-secret',
};
const SEND = 'https://www.googleapis.com/auth/gmail.send';

export const google: ServiceFactory = context => {
  const all = people(context);
  const handlers: Handlers = {
    'GET /o/oauth2/v2/auth': (req, res) => {
      const { client_id: client, response_type: type, scope = '', user = 'marcus@example.com' } = req.query;
      if (client !== GOOGLE_APP.GOOGLE_CLIENT_ID || type !== 'code')
        return res.status(400).send('Error 401: invalid_client');
      const asked = String(scope).split(' ');
      const given = req.query.unchecked === undefined ? asked : asked.filter(one => one !== SEND);
      res.redirect(302, all.back(req, { user: String(user), scope: given.join(' ') }));
    },
    'POST /token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      if (form.client_secret !== GOOGLE_APP.GOOGLE_CLIENT_SECRET) {
        return res.status(401).json({ error: 'invalid_client', error_description: 'Unauthorized' });
      }
      const granted = all.granted(
        form,
        email => ({ sub: `1${email.length}`, email, name: email, hd: email.split('@')[1] }),
        false,
      );
      if (granted) return res.json(granted);
      res.status(400).json({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
    },
    'POST /revoke': (req, res) => {
      const { token = '' } = (req.body ?? {}) as { token?: string };
      if (all.revoke(token)) return res.json({});
      res.status(400).json({ error: 'invalid_token', error_description: 'Token expired or revoked' });
    },
    'POST /gmail/v1/users/me/messages/send': async (req, res) => {
      const grant = all.grantOf(req);
      if (!grant) return refuse(res, 401, 'authError', 'Request had invalid authentication credentials.');
      if (!grant.scope.split(' ').includes(SEND)) {
        return refuse(res, 403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
      }
      const { raw } = (req.body ?? {}) as { raw?: string };
      const message = Buffer.from(raw ?? '', 'base64url').toString('utf8');
      // Gmail puts in its own.
      const own = message.replace(/^Message-ID: .*$/m, `Message-ID: <${context.random()}@mail.gmail.com>`);
      if (!(await all.keep(grant.user, Buffer.from(own))))
        return refuse(res, 400, 'invalidArgument', 'Recipient address required');
      res.json({ id: '193a', threadId: '193a', labelIds: ['SENT'] });
    },
  };
  return {
    name: 'google',
    coverage,
    handlers,
    otherwise: (_req, res) => refuse(res, 404, 'notFound', 'Not Found'),
    sample: () => ({ headers: {}, params: {} }),
    control: all.control(),
    reset: all.reset,
    // Without an app nobody logs in: a story that wants it sets one.
    env: base => ({ GOOGLE_LOGIN_URL: base, GOOGLE_TOKEN_URL: base, GMAIL_API_URL: base }),
  };
};

function refuse(res: Response, code: number, reason: string, message: string): void {
  res.status(code).json({ error: { code, message, errors: [{ reason, domain: 'global', message }] } });
}
