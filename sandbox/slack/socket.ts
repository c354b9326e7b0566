/** Socket mode: the app opens a WebSocket, and everything for it goes over that instead of to its address. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Handlers } from '../service.ts';
import { type Fields, isFields } from './blocks/check.ts';

/** With the scope connections:write; a token of the app, not of a workspace. */
export const APP_TOKEN = 'xapp-1-A0BATON-sandbox';

/** What Slack calls what it sends. */
export type SocketKind = 'events_api' | 'interactive' | 'slash_commands';

export interface Sockets {
  handlers: Handlers;
  isOpen(): boolean;
  /**
   * Resolves with what the app answered beside its acknowledgement; undefined: nothing beside it.
   * @throws when the app does not acknowledge in time
   */
  send(kind: SocketKind, payload: Fields, withinMs: number): Promise<unknown>;
  close(): Promise<void>;
}

export function socketMode(): Sockets {
  let server: WebSocketServer | undefined;
  let open: WebSocket | undefined;
  let sent = 0;
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: unknown) => void>();

  /** Made when the first app asks: as a rule nobody does. */
  async function address(): Promise<string> {
    if (!server) {
      server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      server.on('connection', greet);
      await once(server, 'listening');
    }
    const ticket = `ticket-${tickets.size + 1}`;
    tickets.add(ticket);
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/link/?ticket=${ticket}`;
  }

  function greet(socket: WebSocket, request: IncomingMessage): void {
    const ticket = new URL(request.url ?? '', 'ws://sandbox').searchParams.get('ticket') ?? '';
    // Each address is good once.
    if (!tickets.delete(ticket)) {
      socket.close(1008, 'invalid ticket');
      return;
    }
    open = socket;
    socket.on('message', data => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload?: unknown };
      // The client sends an empty payload where there is nothing to say.
      waiting.get(id)?.(isFields(payload) && Object.keys(payload).length === 0 ? undefined : payload);
      waiting.delete(id);
    });
    socket.on('close', () => {
      if (open === socket) open = undefined;
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0BATON' } }));
  }

  return {
    handlers: {
      'GET|POST /api/apps.connections.open': async (req, res) => {
        const given = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
        const token = given ?? (isFields(req.body) ? req.body.token : undefined);
        if (token === undefined) return void res.json({ ok: false, error: 'not_authed' });
        if (token !== APP_TOKEN) {
          const error = String(token).startsWith('xoxb-') ? 'not_allowed_token_type' : 'invalid_auth';
          return void res.json({ ok: false, error });
        }
        res.json({ ok: true, url: await address() });
      },
    },
    isOpen: () => open !== undefined,
    send(kind, payload, withinMs) {
      sent += 1;
      const id = `envelope-${sent}`;
      const answered = Promise.withResolvers<unknown>();
      const late = setTimeout(() => answered.reject(new Error('not acknowledged')), withinMs);
      waiting.set(id, answered.resolve);
      open?.send(
        JSON.stringify({ envelope_id: id, type: kind, payload, accepts_response_payload: kind !== 'events_api' }),
      );
      return answered.promise.finally(() => clearTimeout(late));
    },
    async close() {
      open?.terminate();
      if (!server) return;
      server.close();
      await once(server, 'close');
    },
  };
}
