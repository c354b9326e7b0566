/**
 * `npm run demo`: embedded PostgreSQL in a temporary folder, the sandbox, and the same app that production runs, with
 * a page to watch and press. `-- --once` plays the story, prints each step with its time, and exits 0 if all happened.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { toError } from '../src/lib/errors.ts';
import { type Demo, startDemo } from './demo-world.ts';
import { playOnce } from './once.ts';

const HELP = `npm run demo              the demo, with its page at http://127.0.0.1:3000 (PORT)
npm run demo -- --once    plays the story of Emma Thompson, prints each step with its time, and ends
npm run demo -- --connect starts with nobody logged in to Salesforce: you connect it, as Dana, then the story plays
npm run demo -- --help    this text`;

/** Nobody is hurried: the story waits for whoever is at the page. */
async function salesforceConnected({ app }: Demo): Promise<void> {
  const { db } = app.deps;
  const paused = () => db('connections').where({ service: 'salesforce', status: 'paused' }).first('service');
  while (await paused()) await pause(500);
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const once = args.includes('--once');
  const connect = args.includes('--connect') && !once;
  const demo = await startDemo({
    port: once ? 0 : Number(process.env.PORT ?? 3000),
    log: process.env.LOG_LEVEL ?? 'silent',
    connect,
  });
  const stop = () => void demo.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (!once) console.log(`Baton's demo is at ${demo.url}  (Ctrl-C ends it; everything it made is thrown away)\n`);
  if (connect) {
    console.log('Salesforce is not connected yet. As Dana Ruiz: Baton · Home, Set-up, Connect Salesforce.');
    await salesforceConnected(demo);
  }
  const happened = await playOnce(demo);
  if (once) await demo.stop();
  return happened ? 0 : 1;
}

if (import.meta.main) {
  main(process.argv.slice(2)).then(
    code => {
      process.exitCode = code;
    },
    thrown => {
      const error = toError(thrown);
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      console.error(taken ? 'Port 3000 is taken: choose another with PORT=3001 npm run demo' : error);
      process.exit(1);
    },
  );
}
