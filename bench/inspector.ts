/** Another process's JavaScript memory, by Node's inspector. https://chromedevtools.github.io/devtools-protocol/ */
import { once } from 'node:events';

export interface Inspector {
  /** Bytes in use after a full collection. */
  inUse(): Promise<number>;
  close(): void;
}

/** @param port of a process that was started with `--inspect` */
export async function inspect(port: number): Promise<Inspector> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  if (!target) throw new Error('the process has nothing to inspect');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map<number, (result: never) => void>();
  let asked = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result as never);
    waiting.delete(id);
  });
  function ask<T>(method: string): Promise<T> {
    asked += 1;
    const id = asked;
    return new Promise(resolve => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  }
  return {
    async inUse() {
      await ask('HeapProfiler.collectGarbage');
      return (await ask<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize;
    },
    close: () => socket.close(),
  };
}
