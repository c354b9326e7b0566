import { sandboxEnv, startSandbox } from './server.ts';

const HELP = `npm run sandbox [-- --env | --help]

Starts the stand-ins of every vendor on one port: service X at http://127.0.0.1:4100/X.

  --env    print the environment that points an app at it (KEY=value lines) and end
  --help   this text

  SANDBOX_PORT   where it listens (4100)
  APP_URL        where it delivers events and webhooks (http://127.0.0.1:3000)
`;

const port = Number(process.env.SANDBOX_PORT || 4100);
const appUrl = process.env.APP_URL || 'http://127.0.0.1:3000';
const flags = process.argv.slice(2);
const unknown = flags.find(flag => flag !== '--env' && flag !== '--help');

if (unknown !== undefined || flags.includes('--help')) {
  if (unknown !== undefined) console.error(`unknown argument ${unknown}\n`);
  console.log(HELP);
  process.exitCode = unknown === undefined ? 0 : 2;
} else if (flags.includes('--env')) {
  printEnv();
} else {
  await run();
}

/** The environment of the configured port, whether or not a sandbox already listens there. */
function printEnv(): void {
  for (const [key, value] of Object.entries(sandboxEnv(port))) console.log(`${key}=${value}`);
  // Webhooks are signed over the address they are sent to, so the app must know it.
  console.log(`PUBLIC_URL=${appUrl}\nPORT=${new URL(appUrl).port || '80'}`);
}

async function run(): Promise<void> {
  const sandbox = await startSandbox({ port, appUrl });
  for (const name of sandbox.services.keys()) console.log(`${sandbox.url}/${name}`);
  console.log('Environment for an app beside it: npm run -s sandbox -- --env');
  const end = () => sandbox.close().catch((error: Error) => console.error(error.message));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
}
