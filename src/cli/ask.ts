/** `npm run ask`: what Baton reads a question as, without a database. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigurationError } from '../config/env.ts';
import { personOf } from '../config/playbook/people.ts';
import { asksForHelp, endBecause } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { KnownValues, QuestionDirectory } from '../questions/known-values.ts';
import { questionAsker } from '../questions/question-asker.ts';
import { type Measured, type QuestionObject, questionObject } from '../questions/question-object.ts';
import { questionWords } from '../questions/question-words.ts';
import { readQuestion } from '../questions/read-question.ts';
import { PLAYBOOK_VENDORS } from '../vendors/table.ts';
import { readPlaybookFile } from '../workspaces/one.ts';

const HELP = `npm run ask -- --as ADDRESS [--json] [--now TIME] [--values FILE] [--after OBJECT] "WORDS"

Says what Baton reads WORDS as: the question read back, or what it did not understand. Nothing is counted, no database
is asked. People, teams and rules are those of the playbook that PLAYBOOK names (./playbook.yaml unless set).
  --as ADDRESS    who asks: somebody of the playbook's people or viewers
  --json          prints the question as an object, on one line
  --now TIME      when it is asked (ISO 8601); now when left out
  --values FILE   the lead sources, campaigns and regions that leads have: {"lead_source":[…],"campaign":[…],"region":[…]}
  --after OBJECT  the question before, as --json prints it: WORDS may go on from it ("and last week?")

Exit code 0: read, or refused with a reason. 2: the command was not understood.`;

const knownValues = z.strictObject({
  lead_source: z.array(z.string()).default([]),
  campaign: z.array(z.string()).default([]),
  region: z.array(z.string()).default([]),
  country: z.array(z.string()).default([]),
  industry: z.array(z.string()).default([]),
});

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  const { words, values } = given(args);
  const { playbook } = await readPlaybookFile(process.env.PLAYBOOK?.trim() || './playbook.yaml', PLAYBOOK_VENDORS);
  const asker = questionAsker(playbook, values.as);
  if (!asker) throw new ConfigurationError(`${values.as} is neither among the playbook's people nor its viewers.`);
  const directory: QuestionDirectory = { playbook, asker, values: await valuesIn(values.values), systems: systems() };
  const before = values.after === undefined ? undefined : objectIn(values.after);
  const now = values.now ?? systemClock.now();
  const zone = personOf(playbook, asker.email)?.time_zone ?? playbook.reports.weekly?.time_zone ?? 'UTC';
  const read = readQuestion(words, directory, { now, zone, ...(before && { before }) });
  console.log(values.json ? JSON.stringify(read) : questionWords(read, directory));
}

interface Given {
  words: string;
  values: { as: string; json: boolean; now?: Date; values?: string; after?: string };
}

/** @throws ConfigurationError with the help for anything that is not understood */
function given(args: readonly string[]): Given {
  const { positionals, values } = parsed(args);
  const { as, json = false, now, ...files } = values;
  const [words, ...more] = positionals;
  if (words === undefined || more.length > 0)
    throw new ConfigurationError(`One question in quotes is needed.\n\n${HELP}`);
  if (as === undefined) throw new ConfigurationError(`--as ADDRESS is missing: who asks?\n\n${HELP}`);
  const at = now === undefined ? undefined : new Date(now);
  if (at && Number.isNaN(at.getTime()))
    throw new ConfigurationError(`--now ${now} is no time: write it as 2026-11-30T09:00:00Z.`);
  return { words, values: { as, json, ...(at && { now: at }), ...files } };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: 'string' },
        json: { type: 'boolean' },
        now: { type: 'string' },
        values: { type: 'string' },
        after: { type: 'string' },
      },
    });
  } catch (thrown) {
    throw new ConfigurationError(`${toError(thrown).message}\n\n${HELP}`);
  }
}

async function valuesIn(file: string | undefined): Promise<KnownValues> {
  if (file === undefined) return { lead_source: [], campaign: [], region: [] };
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ConfigurationError(`--values ${file} cannot be read.`);
  });
  const read = knownValues.safeParse(jsonIn(text));
  if (!read.success)
    throw new ConfigurationError(`--values ${file} is not as it must be: ${z.prettifyError(read.error)}\n\n${HELP}`);
  return read.data;
}

function objectIn(text: string): Measured | undefined {
  const read = questionObject.safeParse(jsonIn(text));
  if (!read.success) throw new ConfigurationError(`--after is no question: ${z.prettifyError(read.error)}`);
  const before: QuestionObject = read.data;
  return 'measure' in before ? before : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new ConfigurationError(`That is no JSON: ${toError(thrown).message}`);
  }
}

function systems(): QuestionDirectory['systems'] {
  const names = new Set([...Object.keys(PLAYBOOK_VENDORS.sources), ...Object.keys(PLAYBOOK_VENDORS.crms)]);
  return [...names].map(name => ({
    name,
    label: (PLAYBOOK_VENDORS.sources[name] ?? PLAYBOOK_VENDORS.crms[name])?.label ?? name,
    isSource: name in PLAYBOOK_VENDORS.sources,
    isCrm: name in PLAYBOOK_VENDORS.crms,
  }));
}

await main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
