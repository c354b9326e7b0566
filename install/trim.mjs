/**
 * Runs after `npm ci`, by whatever Node is there: removes what packages bring for browsers and compilers, a fifth of the
 * install, none of which is ever loaded. A folder that is not there, as on another platform, is no error.
 */
import { readdir, rm } from 'node:fs/promises';

const PACKAGES = new URL('../node_modules/', import.meta.url);
const RUNTIME = /^node(-bin)?-(linux|darwin|win)-/;
const [BUNDLES, FONTS] = [['dist', 'browser', 'src'], 'dejavu-fonts-ttf/ttf/'];
const DRAWN_WITH = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

const listed = folder =>
  readdir(new URL(folder, PACKAGES)).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

const runtimes = (await listed('')).filter(name => RUNTIME.test(name));
const fonts = (await listed(FONTS)).filter(name => !DRAWN_WITH.includes(name));
const unused = [
  // Headers, for add-ons that are compiled; there are none.
  ...runtimes.map(name => `${name}/include`),
  ...BUNDLES.map(name => `jsforce/${name}`),
  ...fonts.map(name => FONTS + name),
];
for (const path of unused) await rm(new URL(path, PACKAGES), { recursive: true, force: true });
