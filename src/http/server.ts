/** The HTTP server itself: what every answer carries, and how long whoever sends a request may take. */
import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { SECOND } from '../lib/clock.ts';

/** Milliseconds. */
export interface ServerLimits {
  /** For the head of a request, from when the connection is there. */
  headersTimeout: number;
  /** For all of it: two megabytes at the pace of a slow line. */
  requestTimeout: number;
  /** How often connections are held against these. */
  connectionsCheckingInterval: number;
}

export const LIMITS: ServerLimits = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 30 * SECOND,
  connectionsCheckingInterval: SECOND,
};

/** Behind a balancer that keeps its connections for a minute, as most do: the one that waits longer must be us. */
const KEEP_ALIVE = 65 * SECOND;

/** A server that drops connections which open and say nothing, or say it without end: 408, or cut. */
export function httpServer(handler: RequestListener, limits: ServerLimits = LIMITS): Server {
  const server = createServer({ ...limits, keepAliveTimeout: KEEP_ALIVE }, handler);
  // Without any byte the parser never begins to count: the socket's own silence does.
  server.on('connection', socket => {
    const silent = setTimeout(() => socket.bytesRead === 0 && socket.destroy(), limits.headersTimeout);
    socket.once('data', () => clearTimeout(silent)).once('close', () => clearTimeout(silent));
  });
  return server;
}

/**
 * Headers of every answer, pages above all: loaded from nowhere, framed by nobody, never guessed at, no address told on.
 * `form-action` stays open: after a form of ours a vendor's log-in page is where people go, which browsers count as the
 * form's.
 */
export function secureHeaders(publicUrl: string): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // Whoever tries it without TLS must not be sent away from it for a year.
    strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: 365 * 24 * 60 * 60 },
  });
}

/**
 * An application of its own that knows who asks: whom the nearest proxy of ours saw. What a visitor claims to be
 * forwarded for counts for nothing.
 * @param proxies addresses or networks of proxies outside the private ones, with commas between
 */
export function appBehind(proxies: string): Express {
  const app = express();
  app.set('trust proxy', ['loopback', 'linklocal', 'uniquelocal', ...proxies.split(/[\s,]+/).filter(Boolean)]);
  app.disable('x-powered-by');
  return app;
}
