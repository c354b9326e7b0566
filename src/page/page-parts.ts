/** Which parts the shared page has, and what of an address each understands. */
import { html } from '../lib/markup.ts';
import { questionIn } from '../questions/question-address.ts';
import type { Measured } from '../questions/question-object.ts';
import { withinRights } from '../questions/question-rights.ts';
import { REFUSAL_WORDS } from '../questions/question-words.ts';
import { answerTo } from '../reports/answer.ts';
import { leadsBehind } from '../reports/questions.ts';
import { shortMain } from './frame.ts';
import { drawn, WIDTHS } from './pieces/chart.ts';
import { tableFile } from './pieces/csv-file.ts';
import { askBox, askQuestion, askWords } from './views/ask.ts';
import { books } from './views/books.ts';
import { PANELS } from './views/chart-panels.ts';
import { funnel, funnelFile } from './views/funnel.ts';
import { lead } from './views/lead.ts';
import { leads, leadsCsvFile } from './views/leads.ts';
import { overview, USUAL_PERIOD } from './views/overview.ts';
import { rejects, rejectsFile } from './views/rejects.ts';
import { sla, slaFile } from './views/sla.ts';
import { speed, speedFile } from './views/speed.ts';
import type { File, Shown, Visiting } from './visiting.ts';

/** Undefined: nothing that this visitor may see is there. */
export type Part = (visiting: Visiting, params: Record<string, string>) => Promise<Shown | undefined>;

/** By path below `/page`. */
export const PARTS: Record<string, Part> = {
  '/': ofQuestion({ measure: 'leads', show: 'number' }, USUAL_PERIOD, overview),
  '/funnel': ofQuestion({ measure: 'funnel', show: 'table' }, USUAL_PERIOD, funnel),
  '/speed': ofQuestion({ measure: 'leads', show: 'number' }, USUAL_PERIOD, speed),
  '/sla': ofQuestion({ measure: 'leads', show: 'number' }, USUAL_PERIOD, sla),
  '/rejects': ofQuestion({ measure: 'leads', show: 'table' }, USUAL_PERIOD, rejects),
  '/leads': ofQuestion({ measure: 'leads', show: 'list' }, undefined, (visiting, question, page) =>
    leads(visiting, question, page),
  ),
  '/leads/:id': (visiting, { id = '' }) => lead(visiting, id),
  '/books': books,
  '/ask': ask,
};

export const FILES: Record<string, (visiting: Visiting) => Promise<File | Shown>> = {
  '/leads.csv': ofFile({ measure: 'leads', show: 'list' }, undefined, leadsCsvFile),
  '/funnel.csv': ofFile({ measure: 'funnel', show: 'table' }, USUAL_PERIOD, funnelFile),
  '/speed.csv': ofFile({ measure: 'leads', show: 'number' }, USUAL_PERIOD, speedFile),
  '/sla.csv': ofFile({ measure: 'leads', show: 'number' }, USUAL_PERIOD, slaFile),
  '/rejects.csv': ofFile({ measure: 'leads', show: 'table' }, USUAL_PERIOD, rejectsFile),
  '/ask.csv': ofFile({}, undefined, answerFile),
};

/** A chart of a part; undefined for what is none, or not this visitor's. */
export async function chart(visiting: Visiting): Promise<string | undefined> {
  const query = new URLSearchParams(visiting.query);
  const [panel, size] = [query.get('panel') ?? '', query.get('size') ?? ''];
  query.delete('panel');
  query.delete('size');
  if (!Object.hasOwn(PANELS, panel) || !Object.hasOwn(WIDTHS, size)) return undefined;
  const read = questionOf(visiting, query, { measure: 'leads', show: 'number' }, USUAL_PERIOD);
  const draw = PANELS[panel];
  if (!draw || !('question' in read)) return undefined;
  return drawn(await draw(visiting, read.question), size as keyof typeof WIDTHS);
}

/** Words, or a question as an object, or neither yet. */
async function ask(visiting: Visiting): Promise<Shown> {
  const words = visiting.query.get('q')?.trim() ?? '';
  if (words) return askWords(visiting, words);
  if (!visiting.query.has('measure')) return askBox(visiting);
  const read = questionOf(visiting, visiting.query, {}, undefined);
  return 'question' in read ? askQuestion(visiting, read.question) : read.refused;
}

/** The table of an answer; of what is no table, its leads. */
async function answerFile(visiting: Visiting, question: Measured): Promise<File> {
  const { deps, by } = visiting;
  const { body } = await answerTo(deps, question, by);
  const isTable = body.kind === 'table' || body.kind === 'series';
  return isTable ? tableFile(body, 'answer', by) : leadsCsvFile(visiting, leadsBehind(question, by));
}

type Fixed = Partial<Pick<Measured, 'measure' | 'show'>>;

function ofQuestion(
  fixed: Fixed,
  usual: Measured['period'],
  draw: (visiting: Visiting, question: Measured, page: number) => Promise<Shown>,
): Part {
  return async visiting => {
    const query = new URLSearchParams(visiting.query);
    const page = Number(query.get('page') ?? 1);
    query.delete('page');
    const read = questionOf(visiting, query, fixed, usual);
    return 'question' in read ? draw(visiting, read.question, Number.isInteger(page) ? page : 1) : read.refused;
  };
}

function ofFile(
  fixed: Fixed,
  usual: Measured['period'],
  make: (visiting: Visiting, question: Measured) => Promise<File>,
) {
  return async (visiting: Visiting): Promise<File | Shown> => {
    const read = questionOf(visiting, visiting.query, fixed, usual);
    return 'question' in read ? make(visiting, read.question) : read.refused;
  };
}

/** What the address asks, where anybody can ask it and this visitor may; `usual`: the period where it names none. */
function questionOf(
  { by }: Visiting,
  query: URLSearchParams,
  fixed: Fixed,
  usual: Measured['period'],
): { question: Measured } | { refused: Shown } {
  const period = query.get('period') ? undefined : usual;
  const read = questionIn(query, { ...fixed, ...(period && { period }) });
  if ('unread' in read) return { refused: misread(read.unread) };
  const allowed = withinRights(read.question, by.asker, by.playbook);
  return 'measure' in allowed ? { question: allowed } : { refused: REFUSED };
}

function misread(names: readonly string[]): Shown {
  const title = 'This address asks what Baton cannot read';
  const sentence = `Not understood: ${names.join(', ')}. Nothing was guessed: choose on the page instead.`;
  return {
    title,
    status: 400,
    main: shortMain(title, [sentence], html`<p class="acts"><a class="btn" href="/page/">Overview</a></p>`),
  };
}

const REFUSED: Shown = {
  title: 'Not yours to see',
  status: 403,
  main: shortMain(
    'Not yours to see',
    [REFUSAL_WORDS.rights],
    html`<p class="acts"><a class="btn" href="/page/">Overview</a></p>`,
  ),
};
