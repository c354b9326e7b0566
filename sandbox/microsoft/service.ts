/** A stand-in of Microsoft: logging in, and Graph as far as sending goes. */
import type { Response } from 'express';
import { people } from '../mailboxes.ts';
import { type Handlers, rawBody, type ServiceFactory } from '../service.ts';
import { coverage } from './coverage.ts';

/** A story that wants it sets MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET to these. */
export const MICROSOFT_APP = {
  MICROSOFT_CLIENT_ID: '00000000-0000-4000-8000-00000000a990',
  MICROSOFT_CLIENT_SECRET: 'sandbox-microsoft-secret',
};

export const microsoft: ServiceFactory = context => {
  const all = people(context);
  const handlers: Handlers = {
    'GET /:directory/oauth2/v2.0/authorize': (req, res) => {
      const { client_id: client, scope = '', user = 'marcus@example.com' } = req.query;
      if (client !== MICROSOFT_APP.MICROSOFT_CLIENT_ID)
        return res.status(400).send('AADSTS700016: Application not found');
      res.redirect(302, all.back(req, { user: String(user), scope: String(scope) }));
    },
    'POST /:directory/oauth2/v2.0/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      if (form.client_secret !== MICROSOFT_APP.MICROSOFT_CLIENT_SECRET) {
        return res
          .status(401)
          .json({ error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' });
      }
      const claims = (email: string) => ({
        oid: `o${email.length}`,
        tid: 'directory-1',
        preferred_username: email,
        name: email,
      });
      const granted = all.granted(form, claims, true);
      if (granted) return res.json(granted);
      res.status(400).json({
        error: 'invalid_grant',
        error_description: 'AADSTS50173: The provided grant has expired due to it being revoked.\r\nTrace ID: 0',
        error_codes: [50173],
      });
    },
    'POST /v1.0/me/sendMail': async (req, res) => {
      const grant = all.grantOf(req);
      if (!grant)
        return refuse(res, 401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.');
      if (!grant.scope.includes('Mail.Send')) return refuse(res, 403, 'ErrorAccessDenied', 'Access is denied.');
      const body = rawBody(req).toString('utf8');
      if (!req.get('content-type')?.startsWith('text/plain')) {
        return refuse(
          res,
          400,
          'InvalidInternetMessageHeader',
          'The internet message header name should start with x-.',
        );
      }
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
        return refuse(res, 400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
      }
      if (!(await all.keep(grant.user, Buffer.from(body, 'base64')))) {
        return refuse(res, 400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
      }
      res.status(202).end();
    },
  };
  return {
    name: 'microsoft',
    coverage,
    handlers,
    otherwise: (_req, res) => refuse(res, 404, 'ResourceNotFound', 'Resource not found for the segment.'),
    sample: () => ({ headers: {}, params: { directory: 'organizations' } }),
    control: all.control(),
    reset: all.reset,
    // Without an app nobody logs in: a story that wants it sets one.
    env: base => ({ MICROSOFT_LOGIN_URL: base, MICROSOFT_API_URL: base }),
  };
};

function refuse(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ error: { code, message } });
}
