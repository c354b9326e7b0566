/** A network between Baton and its PostgreSQL that can be cut, closed and silenced. */
import { connect, createServer, type Socket } from 'node:net';

export interface Network {
  /** The database's address, through the proxy. */
  url: string;
  /** Ends every connection there is; answers how many. New ones are let in at once. */
  cut(): number;
  /** Ends every connection and refuses new ones, or lets them in again. */
  away(isAway: boolean): void;
  /** Nothing passes any more on what is open and on what comes, and nobody is told; or it passes again. */
  silent(isSilent: boolean): void;
  /** For how many milliseconds nothing has passed by `away` or `silent`; 0: it does. */
  cutFor(): number;
  close(): Promise<void>;
}

/** A socket in a folder knows no reset. */
const cutOff = (socket: Socket) => (socket.remoteFamily ? socket.resetAndDestroy() : socket.destroy());

/** Listens on a free port of 127.0.0.1 and passes everything on to the database of `url`: a TCP port, or a socket in a folder. */
export async function startProxy(url: string): Promise<Network> {
  const { hostname, port } = new URL(url);
  const folder = decodeURIComponent(hostname);
  const target = folder.startsWith('/') ? { path: `${folder}/.s.PGSQL.${port}` } : { host: folder, port: Number(port) };
  const open = new Set<Socket>();
  let isAway = false;
  let isSilent = false;
  let cutAt: number | undefined;
  const note = () => {
    cutAt = isAway || isSilent ? (cutAt ?? performance.now()) : undefined;
  };
  const server = createServer(client => {
    if (isAway) return void client.resetAndDestroy();
    const database = connect(target);
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.on('data', bytes => other.write(bytes));
      one.on('error', () => one.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      if (isSilent) one.pause();
    }
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const cut = () => {
    const were = open.size / 2;
    for (const socket of [...open]) cutOff(socket);
    return were;
  };
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(address.port);
  return {
    url: through.href,
    cut,
    away(next) {
      isAway = next;
      note();
      if (isAway) cut();
    },
    silent(next) {
      isSilent = next;
      note();
      for (const socket of open) isSilent ? socket.pause() : socket.resume();
    },
    cutFor: () => (cutAt === undefined ? 0 : performance.now() - cutAt),
    async close() {
      cut();
      await new Promise(done => server.close(done));
    },
  };
}
