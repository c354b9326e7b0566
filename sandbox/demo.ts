/**
 * `npm run demo`: embedded PostgreSQL in a temporary folder, the sandbox, and the same app that production runs, with
 * a page to watch and press. `-- --once` plays the story, prints each step with its time, and exits 0 if all happened.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from '../src/config/env.ts';
import { asksForHelp, endBecause, onFirstSignal, portFrom, refuseOthers } from '../src/ending.ts';
import { DEMO_CRMS, type DemoCrm } from './demo-crm.ts';
import { type Demo, startDemo } from './demo-world.ts';
import { playOnce } from './once.ts';

const HELP = `npm run demo              the demo, with its page at http://127.0.0.1:3000 (PORT)
npm run demo -- --once    plays the story of Emma Thompson, prints each step with its time, and ends
npm run demo -- --connect starts with nobody logged in to Salesforce: you connect it, as Dana, then the story plays
npm run demo -- --fresh   Baton as nobody has added it yet: from "Add to Slack" you press everything, to the first lead
npm run demo -- --crm X   with another CRM than Salesforce: hubspot, pipedrive or zoho; with --once, too
npm run demo -- --help    this text`;

const BEGIN_AT = (
  url: string,
): string => `Nobody has added Baton to Slack, and nothing is connected. You are Dana Ruiz, who looks after Acme's systems:
  1. ${url}/  Add to Slack, then Allow: it leads into Slack (${url}/demo/)
  2. there, Baton · Home: it shows what is next, until you go live
  3. then send a lead with the buttons at the top, and look at it as the rep you chose`;

/** Nobody is hurried: the story waits for whoever is at the page. */
async function salesforceConnected({ app }: Demo): Promise<void> {
  const { db } = app.deps;
  const paused = () => db('connections').where({ vendor: 'salesforce', status: 'paused' }).first('vendor');
  while (await paused()) await pause(500);
}

/** `--crm NAME`, and what else was said. */
function crmFrom(args: string[]): { crm: DemoCrm; rest: string[] } {
  const at = args.indexOf('--crm');
  if (at < 0) return { crm: 'salesforce', rest: args };
  const crm = DEMO_CRMS.find(one => one === args[at + 1]);
  if (!crm) throw new ConfigurationError(`--crm takes one of ${DEMO_CRMS.join(', ')}.\n\n${HELP}`);
  return { crm, rest: args.toSpliced(at, 2) };
}

async function main(args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(HELP);
    return 0;
  }
  const { crm, rest } = crmFrom(args);
  refuseOthers(rest, ['--once', '--connect', '--fresh'], HELP);
  if (crm !== 'salesforce' && rest.some(one => one !== '--once'))
    throw new ConfigurationError(`--crm goes with --once alone.\n\n${HELP}`);
  if (rest.length > 1) throw new ConfigurationError(`Take one of --once, --connect and --fresh.\n\n${HELP}`);
  const once = args.includes('--once');
  const fresh = args.includes('--fresh');
  const connect = args.includes('--connect') && !once;
  const demo = await startDemo({
    port: once ? 0 : portFrom('PORT', 3000),
    log: process.env.LOG_LEVEL ?? 'silent',
    crm,
    connect,
    fresh,
  });
  onFirstSignal(() => void demo.stop().then(() => process.exit(0), endBecause));
  if (!once) console.log(`Baton's demo is at ${demo.url}  (Ctrl-C ends it; everything it made is thrown away)\n`);
  if (fresh) {
    console.log(BEGIN_AT(demo.url));
    return 0;
  }
  if (connect) {
    console.log(
      'Salesforce is not connected yet. As Dana Ruiz: Baton · Home, Set-up, Connections, Connect (Salesforce).',
    );
    await salesforceConnected(demo);
  }
  const happened = await playOnce(demo);
  if (once) await demo.stop();
  return happened ? 0 : 1;
}

if (import.meta.main) {
  main(process.argv.slice(2)).then(code => {
    process.exitCode = code;
  }, endBecause);
}
