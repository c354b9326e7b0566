/** Every comparison of an org with the playbook, under its heading. Pure. */
import type { SetupFinding } from '../../../contracts/crm-setup.ts';
import { messageFindings, ownerFindings, refusalFindings } from './automation.ts';
import type { OrgFacts } from './facts.ts';
import { fieldFindings, hostFindings, keyFindings, objectFindings, requiredFindings } from './fields.ts';
import type { Finding } from './findings.ts';
import { layoutFindings } from './layouts.ts';
import { peopleFindings, queueFindings } from './people.ts';
import { platformFindings } from './platform.ts';
import { featureFindings, recordTypeFindings, valueFindings } from './values.ts';
import type { Wanted } from './wanted.ts';

type Judge = (facts: OrgFacts, wanted: Wanted) => Finding[];

const JUDGES: [about: string, judges: Judge[]][] = [
  ['Fields', [objectFindings, keyFindings, hostFindings, fieldFindings, requiredFindings]],
  ['Values', [valueFindings, recordTypeFindings, featureFindings]],
  ['Layouts', [layoutFindings]],
  ['People', [peopleFindings, queueFindings]],
  ['Rules that refuse', [refusalFindings]],
  ['Owners', [ownerFindings]],
  ['Messages', [messageFindings]],
  ['Platform', [platformFindings]],
];

export function compare(facts: OrgFacts, wanted: Wanted): SetupFinding[] {
  return JUDGES.flatMap(([about, judges]) =>
    judges.flatMap(judge => judge(facts, wanted).map(finding => ({ about, ...finding }))),
  );
}
