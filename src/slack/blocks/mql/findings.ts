/** What came of comparing the CRM with the rules, page by page; `label` is the CRM's. Pure. */
import type { KnownBlock } from '@slack/types';
import type { SetupFinding } from '../../../contracts/crm-setup.ts';
import type { Inspection } from '../../../db/connections/inspections.ts';
import { capital } from '../../../lib/english.ts';
import { illOf, summaryOf } from '../../../workspaces/crm-setup/inspect.ts';
import { mrkdwn } from '../../escape.ts';
import { section } from '../block-parts.ts';
import { ago, count } from '../block-words.ts';
import { ALSO, type Answer, answer, buttons, command } from './answer.ts';

const A_PAGE = 8;
const WHAT = 700;
const FIX = 400;
const SENTENCE = 400;
const SHORT = 100;
/** What the button types. */
const CHECK = 'doctor crm';

/** Beside the health: the last comparison, and a new one. */
export function inspectionRow(last: Inspection | undefined, label: string, now: Date): KnownBlock[] {
  const check = command(`Check ${label}`, CHECK, { id: ALSO });
  if (!last) return [buttons(check)];
  const heading = `*${mrkdwn(capital(label), SHORT)}*`;
  const said = last.doneAt
    ? `${heading}\n• ${mrkdwn(summaryOf(last, label), SENTENCE)} Looked at ${ago(last.doneAt, now)}`
    : `${heading}\n• Being compared with the rules since ${ago(last.askedAt, now)}`;
  const show =
    last.doneAt && last.findings.length > 0 ? [command('Show findings', 'doctor findings', { id: ALSO })] : [];
  return [section(said), buttons(check, ...show)];
}

export function noInspectionAnswer(last: Inspection | undefined, label: string): Answer {
  const crm = mrkdwn(capital(label), SHORT);
  const said = last
    ? `${crm} is being compared with the rules just now. What I find comes to your direct messages with Baton.`
    : `${crm} was not compared with the rules yet.`;
  return answer([said], buttons(command(`Check ${label}`, CHECK)));
}

/** A page of what needs somebody; what is fine comes last, in one paragraph. Pages count from 1. */
export function findingsAnswer(inspection: Inspection, label: string, page: number, now: Date): Answer {
  const ill = illOf(inspection.findings);
  const fine = inspection.findings.filter(one => one.level === 'fine');
  const pages = Math.max(1, Math.ceil(ill.length / A_PAGE));
  const at = Math.min(Math.max(1, Math.floor(page)), pages);
  const shown = ill.slice((at - 1) * A_PAGE, at * A_PAGE);
  const lines = [
    `*${mrkdwn(summaryOf(inspection, label), SENTENCE)}* Looked at ${inspection.doneAt ? ago(inspection.doneAt, now) : 'just now'}.`,
    ...shown.flatMap(findingLines),
    ...(at === pages && fine.length > 0
      ? [
          `:white_check_mark: *${count(fine.length, 'thing')} in order*`,
          ...fine.map(({ what }) => `• ${mrkdwn(what, FIX)}`),
        ]
      : []),
    ...(pages > 1 ? [`Page ${at} of ${pages}`] : []),
  ];
  return answer(
    lines,
    buttons(
      ...(at > 1 ? [command('Before', `doctor findings ${at - 1}`)] : []),
      ...(at < pages ? [command('Next', `doctor findings ${at + 1}`)] : []),
      command('Check again', CHECK, { id: ALSO }),
    ),
  );
}

function findingLines({ about, level, what, fix }: SetupFinding): string[] {
  const mark = level === 'problem' ? ':x:' : ':warning:';
  return [`${mark} *${mrkdwn(about, FIX)}* · ${mrkdwn(what, WHAT)}`, ...(fix ? [`      ${mrkdwn(fix, FIX)}`] : [])];
}
