import type { Request } from 'express';
import type { HookRequest } from '../contracts/hook.ts';

/** A delivery with its raw bytes, as signatures are computed over them. */
export function hookRequest(request: Request, publicUrl: string): HookRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: request.method,
    url: `${publicUrl}${request.originalUrl}`,
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
