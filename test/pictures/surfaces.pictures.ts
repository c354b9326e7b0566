/**
 * `npm run pictures`: every surface in Slack, drawn and looked at before a release. Not a part of `npm test`: what it shows
 * is tested by stories; here somebody looks.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshPage, openBrowser } from '../helpers/chromium.ts';
import { cardSurfaces, NOW } from './cards.ts';
import { drawSurface, emptied, openDrawing, type Surface } from './draw.ts';
import { livingSurfaces } from './living.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images/surfaces');
const INDEX = join(import.meta.dirname, '../../docs/surfaces.md');

test('each surface is drawn; none is wider than a phone, and Claim is on the first screen', {
  timeout: 400_000,
}, async t => {
  const groups: [title: string, surfaces: Surface[]][] = [['The card', cardSurfaces()], ...(await livingSurfaces(t))];
  const { page, broken } = await freshPage(await openBrowser(t));
  await openDrawing(page);
  await emptied(FOLDER);
  const wrong: string[] = [];
  for (const [, surfaces] of groups) {
    for (const surface of surfaces) {
      const { primary, wider } = await drawSurface(page, surface, FOLDER, surface.at ?? NOW);
      if (wider > 0) wrong.push(`${surface.name} is ${wider} px too wide`);
      if (/^card-(?!.*desktop)/.test(surface.name) && primary !== null && primary > 420) {
        wrong.push(`the first button of ${surface.name} ends at ${primary} px`);
      }
    }
  }
  await writeFile(INDEX, indexOf(groups));
  assert.deepEqual([wrong, broken], [[], []]);
});

function indexOf(groups: readonly (readonly [string, Surface[]])[]): string {
  const parts = groups.map(([title, surfaces]) => {
    const pictures = surfaces.map(({ name, says, isWide }) => {
      return `**${says}**\n\n<img src="images/surfaces/${name}.png" width="${isWide ? 480 : 300}" alt="${says}">\n`;
    });
    return `## ${title}\n\n${pictures.join('\n')}`;
  });
  return `# What people see in Slack\n\nDrawn by \`npm run pictures\` with the demo page's renderer, as wide as a phone (390 px) unless it says a desktop; Slack's own clients differ in\nfonts and spacing. Everybody and everything in them is invented.\n\n${parts.join('\n')}`;
}
