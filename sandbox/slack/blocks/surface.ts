import { type Check, type Fields, flag, isFields, list, oneOf, type Report, shape, text, typed } from './check.ts';
import { surfaces } from './kinds.ts';
import { plain } from './objects.ts';
import { interactive } from './walk.ts';

const MESSAGE_BLOCKS = 50;
const VIEW_BLOCKS = 100;
const MARKDOWN_IN_A_MESSAGE = 12_000;
/** How many of a kind one message may hold. */
const MOST: Record<string, number> = { data_visualization: 2, table: 1 };

/** What Slack would say about the blocks of a message; nothing means it takes them. */
export function problemsInMessage(blocks: unknown): string[] {
  return collect(report => {
    list(typed(surfaces.message), MESSAGE_BLOCKS)(blocks, '/blocks', report);
    if (!Array.isArray(blocks)) return;
    uniqueIds(blocks, report);
    countKinds(blocks, report);
  });
}

const common: Record<string, Check> = {
  private_metadata: text(3000),
  callback_id: text(255),
  external_id: text(255),
};
const modal = shape(
  { title: plain(24), blocks: list(typed(surfaces.modal), VIEW_BLOCKS) },
  {
    ...common,
    close: plain(24),
    submit: plain(24),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
  (view, at, report) => {
    if (view.submit === undefined && hasInput(view.blocks)) {
      report('missing required field: submit (the view has input blocks)', at);
    }
  },
);
const home = shape({ blocks: list(typed(surfaces.home), VIEW_BLOCKS) }, common);

/** What Slack would say about a view for this surface. */
export function problemsInView(view: unknown, surface: 'modal' | 'home'): string[] {
  return collect(report => {
    oneOf(surface)(isFields(view) ? view.type : undefined, '/view/type', report);
    (surface === 'modal' ? modal : home)(view, '/view', report);
    const blocks = isFields(view) && Array.isArray(view.blocks) ? view.blocks : [];
    uniqueIds(blocks, report, '/view/blocks');
    const focused = interactive(blocks).filter(({ element }) => element.focus_on_load === true);
    if (focused.length > 1) report('only one element may have focus_on_load', '/view/blocks');
  });
}

function collect(look: (report: Report) => void): string[] {
  const problems: string[] = [];
  look((problem, at) => problems.push(`${problem} [json-pointer:${at}]`));
  return problems;
}

function hasInput(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.some(block => isFields(block) && block.type === 'input');
}

/** A block_id is unique in its message or view, an action_id in its block. */
function uniqueIds(blocks: unknown[], report: Report, at = '/blocks'): void {
  const seen = new Set<unknown>();
  blocks.forEach((block, index) => {
    const id = isFields(block) ? block.block_id : undefined;
    if (id !== undefined && seen.has(id)) {
      report(`\`block_id\` already exists: ${String(id)}`, `${at}/${index}/block_id`);
    }
    seen.add(id);
  });
  const actions = new Map<Fields, Set<unknown>>();
  for (const { block, element, at: place } of interactive(blocks, at)) {
    const taken = actions.getOrInsertComputed(block, () => new Set());
    if (element.action_id !== undefined && taken.has(element.action_id)) {
      report(`\`action_id\` already exists: ${String(element.action_id)}`, `${place}/action_id`);
    }
    taken.add(element.action_id);
  }
}

function countKinds(blocks: unknown[], report: Report): void {
  const all = blocks.filter(isFields);
  for (const [kind, most] of Object.entries(MOST)) {
    if (all.filter(block => block.type === kind).length > most) {
      report(`no more than ${most} ${kind} blocks allowed in a message`, '/blocks');
    }
  }
  const markdown = all.filter(block => block.type === 'markdown').map(block => String(block.text ?? '').length);
  if (markdown.reduce((sum, length) => sum + length, 0) > MARKDOWN_IN_A_MESSAGE) {
    report(`markdown blocks must be less than ${MARKDOWN_IN_A_MESSAGE + 1} characters together`, '/blocks');
  }
}
