import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';

const BODY_LIMIT = 20 * 1024 * 1024;

/** Reads a request to its end. Nothing larger than the limit is kept; `undefined` says it was too large. */
export async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  if (size > BODY_LIMIT) return undefined;
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The body as its content type says; text that does not keep that promise stays text, so services can refuse it. */
export function parseBody(raw: Buffer, contentType: string | undefined): unknown {
  if (raw.length === 0) return undefined;
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.endsWith('json')) return readJson(raw.toString('utf8'));
  if (type === 'application/x-www-form-urlencoded') return { ...parseForm(raw.toString('utf8')) };
  if (type.startsWith('text/') || type.endsWith('xml')) return raw.toString('utf8');
  return undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
