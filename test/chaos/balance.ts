/** What stands before two processes: passes requests to one that answers, as a load balancer does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Balancer {
  url: string;
  close(): Promise<void>;
}

/** A process that says nothing for so long is passed over. */
const PATIENCE_MS = 4_000;

export async function startBalancer(targets: readonly string[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    turn += 1;
    for (let tried = 0; tried < targets.length; tried += 1) {
      const target = targets[(turn + tried) % targets.length];
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).flatMap(([name, value]) =>
          typeof value === 'string' && !HOP_BY_HOP.has(name) ? [[name, value] as [string, string]] : [],
        ),
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
        redirect: 'manual',
      }).catch(() => undefined);
      if (!answer || answer.status >= 502) continue;
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
      return;
    }
    response.writeHead(502).end();
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'host', 'content-length', 'transfer-encoding', 'expect']);
