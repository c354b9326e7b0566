/** What the doctor prints. Pure. */
import type { Examined, Result } from './check.ts';

const MARKS = { fine: '✓', warning: '!', problem: '✗' } as const;

interface Counts {
  problems: number;
  warnings: number;
  fine: number;
}

export function countsOf(all: readonly Examined[]): Counts {
  const of = (level: Result['level']) => all.flatMap(one => one.results).filter(one => one.level === level).length;
  return { problems: of('problem'), warnings: of('warning'), fine: of('fine') };
}

/** Service by service, heading by heading; under what is not well, what to do. */
export function printed(all: readonly Examined[]): string {
  return [...all.map(printedService), conclusion(countsOf(all))].join('\n\n');
}

function printedService({ service, results }: Examined): string {
  const headings = [...new Set(results.map(one => one.about))];
  const lines = headings.flatMap(about => [
    ...(about === '' ? [] : [`  ${about}`]),
    ...results
      .filter(one => one.about === about)
      .flatMap(result => printedResult(result, about === '' ? '  ' : '    ')),
  ]);
  return [service, ...lines].join('\n');
}

/** What comes from outside is printed as text: no character of it commands the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
const harmless = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

function printedResult({ level, what, fix }: Result, indent: string): string[] {
  return [`${indent}${MARKS[level]} ${harmless(what)}`, ...(fix ? [`${indent}  → ${harmless(fix)}`] : [])];
}

function conclusion({ problems, warnings, fine }: Counts): string {
  const counted = [`${fine} fine`, `${warnings} to look at (!)`, `${problems} to mend (✗)`].join(', ');
  if (problems > 0) return `${problems === 1 ? 'One thing needs' : `${problems} things need`} you. ${counted}.`;
  return `${warnings > 0 ? 'It works; some things are worth a look.' : 'All is well.'} ${counted}.`;
}
