import { type Fields, isFields } from './check.ts';

/** One thing a person can press, pick or fill in, with the block it stands in. */
export interface Interactive {
  block: Fields;
  element: Fields;
  at: string;
}

/** Everything interactive in these blocks, in reading order, out of cards and containers too. */
export function interactive(blocks: readonly unknown[], at = '/blocks'): Interactive[] {
  return blocks.flatMap((block, index) => (isFields(block) ? inBlock(block, `${at}/${index}`) : []));
}

function inBlock(block: Fields, at: string): Interactive[] {
  if (block.type === 'container') return interactive(asArray(block.child_blocks), `${at}/child_blocks`);
  if (block.type === 'carousel') return interactive(asArray(block.elements), `${at}/elements`);
  const places: [unknown, string][] = [
    ...asArray(block.elements).map((one, i): [unknown, string] => [one, `${at}/elements/${i}`]),
    ...asArray(block.actions).map((one, i): [unknown, string] => [one, `${at}/actions/${i}`]),
    [block.accessory, `${at}/accessory`],
    [block.element, `${at}/element`],
  ];
  return places.flatMap(([element, place]) =>
    isFields(element) && acts(element) ? [{ block, element, at: place }] : [],
  );
}

const SILENT = new Set(['image', 'mrkdwn', 'plain_text']);

function acts(element: Fields): boolean {
  const type = String(element.type);
  return !SILENT.has(type) && !type.startsWith('rich_text_s') && !/^rich_text_(list|quote|preformatted)$/.test(type);
}

/** Slack names every block and every interactive element that came without an id. */
export function withIds(blocks: readonly Fields[], nextId: () => string): Fields[] {
  const copy = structuredClone(blocks) as Fields[];
  for (const block of copy) block.block_id ??= nextId();
  for (const { block, element } of interactive(copy)) {
    block.block_id ??= nextId();
    element.action_id ??= nextId();
  }
  return copy;
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
