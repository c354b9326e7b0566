/** How a process of ours ends: when it is told to, or because it cannot go on. */
import { ConfigurationError } from './config/env.ts';
import { PORT_RULE } from './config/variables.ts';
import { toError } from './lib/errors.ts';
import { printableError } from './lib/log.ts';

/**
 * Prints why, and ends the process: a sentence and 2 when a setting, a file or a port is to be mended, else
 * the whole error, without what a log hides, and 1.
 * @param portVariable which variable chooses the port that this command listens on
 */
export function endBecause(thrown: unknown, portVariable = 'PORT'): never {
  const error = toError(thrown);
  const sentence = error instanceof ConfigurationError ? error.message : portProblem(error, portVariable);
  // Past whatever the console was made into: it is for whoever started this.
  process.stderr.write(`${sentence ?? printableError(error)}\n`);
  process.exit(sentence === undefined ? 1 : 2);
}

export const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

/** @throws ConfigurationError naming the first argument that is not among `known`, with the help */
export function refuseOthers(args: readonly string[], known: readonly string[], help: string): void {
  const other = args.find(arg => !known.includes(arg));
  if (other !== undefined) throw new ConfigurationError(`This command does not know ${other}.\n\n${help}`);
}

/** How often it is looked whether npm still runs. */
const LOOK_AFTER_NPM_MS = 500;

/**
 * Stops when told to. Ctrl-C comes twice, from the terminal and from npm: what comes after the first changes nothing, so
 * that nothing is cut off while it is put away. SIGTERM may not come at all: npm passes it to the shell that runs the
 * script, which ends without us, so that we stop when our parent is gone.
 * @returns what ends this: from then on a signal is another's to hear
 */
export function onFirstSignal(stop: (why: string) => void): () => void {
  let isFirst = true;
  const noLonger = () => {
    isFirst = false;
  };
  const once = (why: string) => {
    if (isFirst) stop(why);
    isFirst = false;
  };
  process.on('SIGTERM', once).on('SIGINT', once);
  if (process.env.npm_lifecycle_event === undefined) return noLonger;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) once('the end of npm');
  }, LOOK_AFTER_NPM_MS).unref();
  return noLonger;
}

/** What Node says of a port that cannot be listened on (`listen EADDRINUSE`, `listen EACCES`), in a sentence. */
function portProblem(error: NodeJS.ErrnoException & { port?: number }, variable: string): string | undefined {
  const { syscall, code, port } = error;
  if (syscall !== 'listen' || port === undefined) return undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. End that program, or choose another port: ${variable}=${port + 1}`;
  }
  if (code === 'EACCES') {
    return `Port ${port} cannot be opened by this user. Choose one above 1023: ${variable}=3000`;
  }
  return undefined;
}

/** A port from the environment; empty counts as not given. @throws ConfigurationError when it is none */
export function portFrom(variable: string, fallback: number): number {
  const given = process.env[variable]?.trim() || String(fallback);
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given);
  throw new ConfigurationError(`${variable} ${PORT_RULE}, not "${given}".`);
}
