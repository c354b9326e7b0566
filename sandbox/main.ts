import { asksForHelp, endBecause, onFirstSignal, portFrom, refuseOthers } from '../src/ending.ts';
import { sandboxEnv, startSandbox } from './server.ts';

const HELP = `npm run sandbox [-- --env | --help]

Starts the stand-ins of every vendor on one port: service X at http://127.0.0.1:4100/X.

  --env    print the environment that points an app at it (KEY=value lines) and end
  --help   this text

  SANDBOX_PORT   where it listens (4100); the mail server has the port after it
  APP_URL        where it delivers events and webhooks (http://127.0.0.1:3000)
`;

/** Of no secret: for stand-ins alone. */
const SANDBOX_KEY = '5a4db0c5'.repeat(8);
const APP_URL = process.env.APP_URL || 'http://127.0.0.1:3000';

async function main(flags: string[]): Promise<void> {
  if (asksForHelp(flags)) return console.log(HELP);
  refuseOthers(flags, ['--env'], HELP);
  const port = portFrom('SANDBOX_PORT', 4100);
  if (flags.includes('--env')) printEnv(port);
  else await run(port);
}

/** The environment of the configured port, whether or not a sandbox already listens there. */
function printEnv(port: number): void {
  for (const [key, value] of Object.entries(sandboxEnv(port))) console.log(`${key}=${value}`);
  // Webhooks are signed over the address they are sent to, so the app must know it.
  console.log(`PUBLIC_URL=${APP_URL}\nPORT=${new URL(APP_URL).port || '80'}`);
  // What Add to Slack brings is sealed with it: the same each time, or nothing kept could be opened after a restart.
  console.log(`ENCRYPTION_KEY=${process.env.ENCRYPTION_KEY || SANDBOX_KEY}`);
}

async function run(port: number): Promise<void> {
  const sandbox = await startSandbox({ port, appUrl: APP_URL });
  for (const name of sandbox.services.keys()) console.log(`${sandbox.url}/${name}`);
  console.log('Environment for an app beside it: npm run -s sandbox -- --env');
  const end = () => sandbox.close().catch((error: Error) => console.error(error.message));
  onFirstSignal(() => void end().then(() => process.exit(0)));
}

main(process.argv.slice(2)).catch(thrown => endBecause(thrown, 'SANDBOX_PORT'));
