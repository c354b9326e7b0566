import type { Request } from 'express';
import { type Handlers, rawBody } from '../service.ts';
import type { World } from './world.ts';

/** Where files go and come from: `POST /files/upload/<id>` takes the bytes, `GET /files/<id>/<name>` gives them back. */
export function fileStore(world: () => World): Handlers {
  return {
    'POST /files/upload/:id': (req, res) => {
      const upload = world().uploads.get(String(req.params.id));
      if (!upload) return void res.status(404).type('text').send('no such upload');
      const bytes = fileIn(req);
      if (bytes.length !== upload.length) {
        return void res.status(400).type('text').send(`expected ${upload.length} bytes, got ${bytes.length}`);
      }
      upload.bytes = bytes;
      res.type('text').send(`OK - ${bytes.length}`);
    },
    'GET /files/:id/:name': (req, res) => {
      const upload = world().uploads.get(String(req.params.id));
      const bearer = (req.headers.authorization ?? '').replace(/^Bearer /i, '');
      const token = world().tokens.get(bearer);
      if (!upload?.bytes || token?.team !== upload.team) return void res.status(404).end();
      // Whoever may not read files is sent to the sign-in page, as a browser would be.
      if (token.state !== 'live' || !token.scopes.has('files:read')) return void res.redirect(302, '/signin');
      res.type('application/octet-stream').send(upload.bytes);
    },
  };
}

/** The bytes themselves, or the one file of a multipart form. */
function fileIn(req: Request): Buffer {
  const raw = rawBody(req);
  const [, boundary] = /multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(req.headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) return raw;
  const start = raw.indexOf('\r\n\r\n');
  const end = raw.indexOf(`\r\n--${boundary}`, start);
  return start < 0 || end < 0 ? Buffer.alloc(0) : raw.subarray(start + 4, end);
}
