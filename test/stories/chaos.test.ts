/** The short form of `npm run chaos`: other moments in every run, named by their seed when something is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems, runChaos } from '../chaos/run.ts';

test('whatever breaks at whatever moment: no lead is lost or doubled, and work goes on', async t => {
  const seed = Number(process.env.BATON_CHAOS_SEED ?? Date.now() % 1_000_000);
  const said: string[] = [];
  const report = await runChaos({
    seed,
    forMs: 8_000,
    longestMs: 2_000,
    perSecond: 2,
    isLong: false,
    say: line => void said.push(line),
  });
  const settled = `nothing was left to do ${Math.round(report.settledMs / 1_000)} s later`;
  t.diagnostic(`${[...said, settled].join('; ')} (last: ${report.settledLast.join(', ') || 'nothing'})`);
  const logs = Object.values(report.logs).flatMap(lines => lines.slice(-40));
  assert.deepEqual(problems(report), [], `BATON_CHAOS_SEED=${seed}: ${said.join('; ')}\n${logs.join('\n')}`);
});
