/** The job queue's connections. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { isPassing } from '../db/conflict.ts';
import { EVERYDAY } from '../db/session.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { QueueClient } from './queue-client.ts';

/** What graphile-worker asks for: text, values, and the name it gives to a prepared statement. */
type Statement = string | { text: string; values?: unknown[]; name?: string };

/** How graphile-worker names what it says of jobs it had. Each may be said twice: it deletes, or unlocks, rows by their ids. */
const LAST_WORD = /^(complete|fail|return)_job/;
const FETCH = /^get_job/;
/** It looks up the numbers of kinds of jobs once, and takes a failure for the answer ever after. May be said twice. */
const KINDS = /_private_tasks as tasks/;

const LONGEST_PAUSE = 1_000;

/** A job that was taken or done, and of which the server forgot it, is done again: its handler bears that at any time. */
const BOOKKEEPING = { ...EVERYDAY, mayForget: true } as const;
/** What must outlive a crash: the numbers of kinds of jobs, which the process keeps. */
const FOR_GOOD = { text: 'set synchronous_commit = on' };
const AS_USUAL = { text: 'set synchronous_commit = off' };

/** Jobs that a last word is about: ids alone, or a list of them, or (failed) a list of objects. */
function idsOf(statement: Statement): string[] {
  if (typeof statement === 'string') return [];
  const { name = '', values = [] } = statement;
  if (name.startsWith('fail_job/')) {
    const failed = JSON.parse(String(values[1])) as { jobId: string }[];
    return failed.map(({ jobId }) => String(jobId));
  }
  const ids = name.startsWith('return_job') ? values[1] : values[0];
  return [ids].flat().map(String);
}

const nameOf = (statement: Statement) => (typeof statement === 'string' ? '' : (statement.name ?? ''));
const isReturn = (statement: Statement) => nameOf(statement).startsWith('return_job');
/** A job was done, or failed. */
const isEnd = (statement: Statement) => /^(complete|fail)_job/.test(nameOf(statement));

const OVER = new Error('Connection terminated: this run of the job queue is over');

/** Makes one statement on the connection. */
export type AskQueue = (statement: { name: string; text: string; values: unknown[] }) => Promise<unknown[]>;

interface QueuePoolOptions {
  url: string;
  max: number;
  log: Logger;
  /** Jobs are fetched only when this has resolved: others can see that the run lives. */
  mayFetch: () => Promise<unknown>;
  /** In place of the queue's own fetch, of which these are the values. */
  takeJobs: (ask: AskQueue, values: readonly unknown[]) => Promise<unknown[]>;
  /** What to say before the next fetch, when the answer to one never came: it may have handed out jobs. */
  giveBack: () => { text: string; values: unknown[] };
  /** The database knows what became of these jobs. */
  returned: (ids: readonly string[]) => void;
}

/**
 * Keeps two things from graphile-worker that it does not outlive. That the database was away when it had to say what
 * became of a job: the word is kept and said when the database is back (the queue itself would end, and do the job again).
 * And codes of errors for which it sleeps up to two minutes without looking again.
 */
export class QueuePool extends pg.Pool {
  readonly #options: QueuePoolOptions;
  readonly #log: Logger;
  /** A pool of its own: the queue's connections may all be held by words that wait. */
  readonly #words: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  readonly #connecting = new Set<() => void>();
  #stage: 'open' | 'left' | 'over' = 'open';
  #isAnswerLost = false;

  constructor(options: QueuePoolOptions) {
    const { url, max, log } = options;
    const config = { connectionString: url, application_name: 'baton-jobs', Client: QueueClient, limits: BOOKKEEPING };
    super({ ...config, max });
    this.#words = new pg.Pool({ ...config, max: 2 });
    this.#options = options;
    this.#log = log;
    for (const pool of [this, this.#words]) {
      const broke = (error: Error) =>
        log.debug({ err: error }, 'a job queue connection broke; the pool makes a new one');
      pool.on('error', broke);
      pool.on('connect', client => {
        client.on('error', broke);
        this.#clients.add(client);
      });
      pool.on('remove', client => this.#clients.delete(client));
    }
    const connect = super.connect.bind(this);
    this.connect = ((callback?: Listener) => {
      if (callback) return this.#listen(connect, callback);
      return this.#client(connect);
    }) as typeof this.connect;
  }

  /** From now on nothing but last words is passed on. */
  leave(): void {
    if (this.#stage === 'open') this.#stage = 'left';
  }

  #isOver(): boolean {
    return this.#stage === 'over';
  }

  /** Ends every connection, in use or not. Waits for nobody. */
  destroy(): void {
    this.#stage = 'over';
    for (const pool of [this, this.#words])
      pool.end().catch(thrown => this.#log.debug({ err: toError(thrown) }, 'a job queue pool ended badly'));
    for (const client of this.#clients) socketOf(client).destroy();
    for (const stop of this.#connecting) stop();
    this.#connecting.clear();
  }

  /** For one statement; one that cannot be connected still takes last words. */
  async #client(connect: () => Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    const client = await this.#connected(connect);
    const query = (statement: Statement) => this.#ask(client, statement);
    const release = () => (client instanceof Error ? undefined : client.release());
    return { query, release } as unknown as pg.PoolClient;
  }

  /** A pool that is ended forgets whoever waits for a connection; here they are told. */
  #connected(connect: () => Promise<pg.PoolClient>): Promise<pg.PoolClient | Error> {
    if (this.#isOver()) return Promise.resolve(OVER);
    return new Promise(done => {
      const stop = () => done(OVER);
      this.#connecting.add(stop);
      connect()
        .catch(thrown => toError(thrown))
        .then(client => {
          if (this.#connecting.delete(stop)) done(client);
          else if (!(client instanceof Error)) client.release(true);
        });
    });
  }

  async #ask(client: pg.PoolClient | Error, statement: Statement): Promise<unknown> {
    const name = nameOf(statement);
    const text = typeof statement === 'string' ? statement : statement.text;
    const isLastWord = LAST_WORD.test(name);
    try {
      if (this.#stage !== 'open' && !isLastWord) throw new Error('this run of the job queue was left');
      if (client instanceof Error) throw client;
      if (FETCH.test(name)) return { rows: await this.#fetch(client, statement) };
      // What is returned may be handed out again, to us too, before the answer is here.
      if (isReturn(statement)) this.#options.returned(idsOf(statement));
      if (KINDS.test(text)) return await keptForGood(client, statement);
      const answer = await client.query(statement as pg.QueryConfig);
      if (isEnd(statement)) this.#options.returned(idsOf(statement));
      return answer;
    } catch (thrown) {
      const error = toError(thrown);
      if ((isLastWord || KINDS.test(text)) && isPassing(error)) return this.#insist(statement, error);
      // Without its code: for some the queue would sleep up to two minutes.
      throw isPassing(error) ? new Error(error.message, { cause: error }) : error;
    }
  }

  /** One at a time, as the queue asks. */
  async #fetch(client: pg.PoolClient, statement: Statement): Promise<unknown[]> {
    await this.#options.mayFetch();
    if (this.#isAnswerLost) await client.query(this.#options.giveBack());
    const ask: AskQueue = async one => {
      this.#isAnswerLost = true;
      const { rows } = await client.query(one);
      this.#isAnswerLost = false;
      return rows;
    };
    return this.#options.takeJobs(ask, (statement as { values: unknown[] }).values);
  }

  /** Says it until it is heard. */
  async #insist(statement: Statement, why: Error): Promise<unknown> {
    this.#log.debug({ err: why }, 'what became of a job is written down when the database is back');
    for (let wait = 50; !this.#isOver(); wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      await pause(wait);
      try {
        const answer = await this.#words.query(statement as pg.QueryConfig);
        if (isEnd(statement)) this.#options.returned(idsOf(statement));
        return answer;
      } catch (thrown) {
        if (!this.#isOver() && !isPassing(toError(thrown))) throw thrown;
      }
    }
    // The run is over, and what it had goes to others by its lock. A rejection is what the queue's own shutdown does not
    // expect: some of its promises would never settle then, and others be rejected unheard, which ends the process.
    return { rows: [], rowCount: 0 };
  }

  /** graphile-worker may release its listening connection twice, which would end the process. */
  #listen(connect: (callback: Listener) => void, callback: Listener): void {
    if (this.#stage !== 'open') return;
    connect((error, client, release) => {
      let released = false;
      const once: Release = destroy => {
        if (!released) release?.(destroy);
        released = true;
      };
      callback(error, client, once);
    });
  }
}

async function keptForGood(client: pg.PoolClient, statement: Statement): Promise<unknown> {
  await client.query(FOR_GOOD);
  const answer = await client.query(statement as pg.QueryConfig);
  await client.query(AS_USUAL);
  return answer;
}

type Release = (destroy?: Error | boolean) => void;
type Listener = (error: Error | undefined, client: pg.PoolClient | undefined, release: Release) => void;

const socketOf = (client: pg.PoolClient) =>
  (client as unknown as { connection: { stream: import('node:net').Socket } }).connection.stream;
