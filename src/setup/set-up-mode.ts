/** `npm start` without Slack's settings: a page that asks for them, opened by a code from the terminal. */
import type { Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import { handleErrors } from '../http/error-handler.ts';
import { guides } from '../http/guides/guides.ts';
import { httpServer, secureHeaders } from '../http/server.ts';
import { door } from './one-time-code.ts';
import { setUpRoutes } from './routes.ts';
import { type SetUpOptions, setUpService } from './service.ts';

export interface SetUpModeOptions extends Omit<SetUpOptions, 'ownAddress'> {
  port: number;
  /** Shows a text where Baton was started, and nowhere else. */
  print: (text: string) => void;
}

export interface SetUpMode {
  url: string;
  /** Resolves once everything is kept. The server goes on: it says that Baton starts until somebody takes it over. */
  finished: Promise<void>;
  /** Prints a new code; the one before is good no more. */
  newCode(): void;
  /** The listening server, for whoever answers in the place of the set-up from now on. */
  server: Server;
  stop(): Promise<void>;
}

/** Starts to listen on the port. Needs no database: what it keeps lies in `DATA_DIR`. */
export async function startSetUp(options: SetUpModeOptions): Promise<SetUpMode> {
  const { port, clock, log, print } = options;
  const web = express();
  web.disable('x-powered-by');
  const server = httpServer(web);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`;
  const service = setUpService({ ...options, ownAddress: url });
  const opening = door(clock);
  const done = Promise.withResolvers<void>();
  let towards: string | undefined;
  web.use(headers());
  web.use(guides());
  web.use(
    setUpRoutes({
      service,
      door: opening,
      clock,
      finish(how) {
        towards = how === 'install' ? '/slack/install' : '/';
        done.resolve();
      },
      startingTowards: () => towards,
    }),
  );
  web.use(handleErrors(log));
  const newCode = () => print(codeText(opening.newCode(), url));
  newCode();
  return {
    url,
    finished: done.promise,
    newCode,
    server,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Over https a browser is told to stay there; on the machine itself it is not. */
function headers(): RequestHandler {
  const [plain, tls] = [secureHeaders('http://'), secureHeaders('https://')];
  return (request, response, next) =>
    (request.get('x-forwarded-proto') === 'https' ? tls : plain)(request, response, next);
}

const codeText = (code: string, url: string) => `
  Baton is not set up yet. Open ${url} (or the address that leads here)
  and type this code:

      ${code}

  It works once, for 30 minutes. Press Enter (or restart Baton) for a new one.
`;
