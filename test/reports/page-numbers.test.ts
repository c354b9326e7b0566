/** The shared page, Slack and files say the same of random leads, cell by cell, for whoever asks. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DataTableBlock } from '@slack/types';
import fc from 'fast-check';
import type { Answered, NumberBody } from '../../src/domain/answer.ts';
import { valueWords } from '../../src/domain/answer-words.ts';
import { tableFile } from '../../src/page/pieces/csv-file.ts';
import { askQuestion } from '../../src/page/views/ask.ts';
import { funnel } from '../../src/page/views/funnel.ts';
import { overview } from '../../src/page/views/overview.ts';
import type { Visiting } from '../../src/page/visiting.ts';
import { questionAsker } from '../../src/questions/question-asker.ts';
import type { Measured } from '../../src/questions/question-object.ts';
import { answerTo, tableFor } from '../../src/reports/answer.ts';
import { compiled } from '../../src/reports/compile.ts';
import { funnelOf } from '../../src/reports/funnel.ts';
import { daysOf, marketingReportOf } from '../../src/reports/marketing.ts';
import { lastDue } from '../../src/reports/periods.ts';
import { leadRows } from '../../src/reports/question.ts';
import { marketingMessages } from '../../src/slack/blocks/marketing-report.ts';
import { answeredMessage } from '../../src/slack/blocks/question/answered.ts';
import { type TestWorkspace, testWorkspaces } from '../handoff/test-workspaces.ts';
import { numbersIn } from '../helpers/page.ts';
import { ladderWorkspace } from '../sla/ladder-workspace.ts';
import { type Noted, noted, question, store, ZONE } from './noted-leads.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

/** What a part of the page needs to count; nothing is kept. */
async function visitingAs({ deps, workspaceId, now }: TestWorkspace, name: string): Promise<Visiting> {
  const { playbook } = await deps.playbook(workspaceId);
  const asker = questionAsker(playbook, `${name}@example.com`);
  assert.ok(asker);
  const by = { workspaceId, asker, playbook, zone: ZONE, now: now() };
  const visiting = {
    deps,
    by,
    query: new URLSearchParams(),
    visitor: { actor: { admin: false, teams: [], manages: [], reports: [] } },
    questions: { values: async () => ({ lead_source: [], campaign: [], region: [], country: [], industry: [] }) },
    kept: <T>(_: string, __: object, count: () => Promise<T>) => count(),
  };
  return visiting as unknown as Visiting;
}

type Cells = (number | null)[][];

/** Numbers of the rows of the only table: null where nothing is known. */
function pageCells(html: string, columns: number): Cells {
  const body = /<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '';
  return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].slice(-columns).map(([, cell = '']) => {
      const value = /<data value="([^"]+)">/.exec(cell)?.[1];
      return value === undefined ? null : Number(value);
    }),
  );
}

/** The last columns of a file of which no name has a line break. */
function fileCells(bytes: Uint8Array, columns: number): Cells {
  const [, ...lines] = Buffer.from(bytes).toString('utf8').trimEnd().split('\r\n');
  return lines.map(line =>
    line
      .split(',')
      .slice(-columns)
      .map(cell => (cell === '' ? null : Number(cell))),
  );
}

function slackCells(answered: Answered, groups: number): string[][] {
  const [richest = []] = answeredMessage(answered, name => name).forms;
  const table = richest.find((block): block is DataTableBlock => block.type === 'data_table');
  return (table?.rows ?? [])
    .slice(1)
    .map(row => row.slice(groups).map(cell => ('text' in cell ? String(cell.text) : '')));
}

async function sameEverywhere(visiting: Visiting, asked: Measured): Promise<void> {
  const { deps, by } = visiting;
  const answered = await answerTo(deps, asked, by);
  const page = String((await askQuestion(visiting, asked)).main);
  const { body } = answered;
  if (body.kind === 'number') {
    assert.deepEqual(numbersIn(page), body.value === null ? [] : [body.value], JSON.stringify(asked));
    return;
  }
  assert.ok(body.kind === 'table' || body.kind === 'series');
  if (body.rows.length === 0) return;
  const said = slackCells(answered, body.groups.length);
  const written = (cells: Cells) =>
    cells.map(row => row.map((value, index) => valueWords(value, body.columns[index]?.unit ?? 'leads')));
  assert.deepEqual(written(pageCells(page, body.columns.length)), said, JSON.stringify(asked));
  assert.deepEqual(
    written(fileCells(tableFile(body, 'answer', by).bytes, body.columns.length)),
    said,
    JSON.stringify(asked),
  );
}

/** Overview's strip is six questions; the funnel's steps are one. */
async function figuresAreAnswers(visiting: Visiting, leads: readonly Noted[]): Promise<void> {
  const { deps, by } = visiting;
  const period = 'last_30_days';
  const value = async (asked: Partial<Measured>) => {
    const { body } = await answerTo(deps, { measure: 'leads', show: 'number', period, ...asked } as Measured, by);
    return (body as NumberBody).value;
  };
  const shown = numbersIn(String((await overview(visiting, { measure: 'leads', show: 'number', period })).main)).slice(
    0,
    6,
  );
  const waiting = await answerTo(deps, { measure: 'leads', show: 'list', where: { status: ['not_contacted'] } }, by);
  const figures = [
    await value({}),
    await value({ measure: 'contacted_rate' }),
    await value({ measure: 'sla_rate' }),
    await value({ measure: 'system_time', stat: 'median' }),
    await value({ measure: 'rep_time', stat: 'median' }),
    waiting.body.kind === 'list' ? waiting.body.total : null,
  ].filter(one => one !== null);
  assert.deepEqual(shown.slice(0, figures.length), figures);
  const asked: Measured = { measure: 'funnel', show: 'table', period };
  const [steps, answered] = await Promise.all([funnelOf(deps, asked, by), answerTo(deps, asked, by)]);
  assert.ok(answered.body.kind === 'table');
  assert.deepEqual(
    steps.map(({ name, count }) => [name, count]),
    answered.body.rows.map(({ names, values }) => [names[0], values[0]]),
  );
  if (by.asker.seesAll) lossesAddUp(steps, leads);
  assert.ok((await funnel(visiting, asked)).title);
}

/** Marketing's report of the same days says what the page's funnel and the file of leads say, campaign by campaign. */
async function marketingSaysTheSame({ deps, by }: Visiting): Promise<void> {
  const days = lastDue({ day: 'mon', at: '00:00', time_zone: ZONE, channel: '#x' }, by.now);
  const period = daysOf(days).named;
  const [[rich], table, leads] = await Promise.all([
    marketingReportOf(deps, days, by).then(marketingMessages),
    tableFor(deps, { measure: 'funnel', show: 'table', by: ['campaign'], period }, by),
    leadRows(deps.db, compiled({ measure: 'leads', show: 'list', period }, by).asked),
  ]);
  const shown = (rich?.blocks ?? []).find((block): block is DataTableBlock => block.type === 'data_table');
  const cells = (shown?.rows ?? []).slice(1).map(row => row.map(cell => ('text' in cell ? String(cell.text) : '')));
  const column = (name: string) => table.columns.findIndex(one => one.name === name);
  const asPage = table.rows.map(({ names, values }) => [
    names[0],
    ...['Became an MQL', 'Contacted', 'Opportunity', 'Won'].map(name => String(values[column(name)])),
  ]);
  assert.deepEqual(cells.map(row => row.slice(0, 5)).toSorted(), asPage.toSorted());
  const inFile = Map.groupBy(leads, ({ campaign }) => campaign ?? 'unknown');
  const rejected = [...inFile].map(([name, all]) => [
    name,
    String(all.length),
    String(all.filter(({ state }) => state === 'rejected').length),
  ]);
  assert.deepEqual(cells.map(([name, all, , , , turned]) => [name, all, turned]).toSorted(), rejected.toSorted());
}

/** Of those who came to a step and not to the next, every one is told of, once. */
function lossesAddUp(steps: Awaited<ReturnType<typeof funnelOf>>, all: readonly Noted[]): void {
  const leads = all.filter(({ opened }) => opened < 29 * 24 * 60);
  if (leads.length < all.length) return;
  const owed = (one: Noted) => !(one.state === 'nurture' && one.assigned === null);
  const claimed = (one: Noted) => one.claimed !== null || one.contacted !== null || ['won', 'lost'].includes(one.state);
  const deal = (one: Noted) => one.opportunity !== null || one.state === 'won';
  const lost = {
    owed: leads.filter(one => !owed(one)),
    delivered: leads.filter(one => owed(one) && one.delivered === null),
    claimed: leads.filter(one => owed(one) && one.delivered !== null && !claimed(one)),
    contacted: leads.filter(one => owed(one) && claimed(one) && one.contacted === null),
    opportunity: leads.filter(one => owed(one) && one.contacted !== null && !deal(one)),
    won: leads.filter(one => deal(one) && one.state !== 'won'),
  };
  for (const [step, missing] of Object.entries(lost)) {
    const told = steps.find(one => one.step === step)?.lost.reduce((sum, { count }) => sum + count, 0);
    assert.equal(told, missing.length, step);
  }
}

test('the page, Slack and the file say the same, cell by cell, for whoever asks', { timeout: 170_000 }, async () => {
  const all = await workspaces;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        noted.map(one => ({ ...one, campaign: one.campaign?.replaceAll(',', '') ?? null })),
        { minLength: 8, maxLength: 25 },
      ),
      fc.array(question, { minLength: 9, maxLength: 9 }),
      fc.boolean(),
      async (leads, questions, isRecent) => {
        const workspace = await ladderWorkspace(all);
        const some = isRecent ? leads.map(one => ({ ...one, opened: one.opened % (28 * 24 * 60) })) : leads;
        for (const one of some) await store(workspace, one);
        const visitors = await Promise.all(['ada', 'dana', 'marcus'].map(name => visitingAs(workspace, name)));
        for (const [index, asked] of questions.entries()) await sameEverywhere(visitors[index % 3] as Visiting, asked);
        for (const visiting of visitors) await figuresAreAnswers(visiting, some);
        for (const visiting of visitors.slice(0, 1)) await marketingSaysTheSame(visiting);
      },
    ),
    { numRuns: 6 },
  );
});
