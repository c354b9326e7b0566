import { readFileSync } from 'node:fs';

const text = (name: string) => readFileSync(new URL(`./${name}.css`, import.meta.url), 'utf8');

const BASE = text('base');

/** The rules that every page of Baton begins with, and those of its own kind: put into the page, which loads nothing. */
export const stylesOf = (kind: 'landing-page' | 'short-page'): string => BASE + text(kind);
