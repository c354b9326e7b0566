/** Findings of sources, and what is compared in the same way wherever a source writes into fields of people's own making. */
import type { SourceFinding, SourceWishes } from '../contracts/source.ts';
import { Failure } from '../lib/errors.ts';

export const fine = (what: string): SourceFinding => ({ level: 'fine', what });
export const problem = (what: string, fix: string): SourceFinding => ({ level: 'problem', what, fix });
export const warning = (what: string, fix: string): SourceFinding => ({ level: 'warning', what, fix });

/** An answer that is a refusal is worth a line with its `fix`, and no reason to know nothing else. */
export async function asked(fix: string, work: () => Promise<SourceFinding[]>): Promise<SourceFinding[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [warning(error.message, fix)];
  }
}

export interface OwnFields {
  /** The source's key and how people write it. */
  name: string;
  /** "…, and prospects have none". */
  noStages: string;
  stageProperty?: string | undefined;
  ownerProperty?: string | undefined;
  find(name: string): { label: string; name: string } | undefined;
  /** What there is to choose from, as a sentence. */
  there(): string;
}

/** The fields that Baton writes stage, owner and reason into, and where stages go that have none. Pure. */
export function writtenFieldFindings(fields: OwnFields, wanted: SourceWishes): SourceFinding[] {
  const { name: source, noStages, stageProperty, ownerProperty, find, there } = fields;
  const written = [
    { name: stageProperty, what: 'the stage' },
    { name: ownerProperty, what: 'the owner’s address' },
    { name: wanted.reasonProperty, what: 'the reason' },
  ].flatMap(({ name, what }) => {
    if (name === undefined) return [];
    const field = find(name);
    if (field) return [fine(`${what} is the field ${field.label} (${field.name})`)];
    return [problem(`there is no field ${name} to hold ${what}`, there())];
  });
  if (stageProperty !== undefined) return written;
  const fix = `Name the field that holds them: sources.${source}.stage_property.`;
  const isAsked = wanted.stages.length > 0;
  return [
    ...written,
    ...(isAsked ? [warning(`mql.require_lifecycle asks for stages, and ${noStages}`, fix)] : []),
    ...(wanted.writesStage ? [fine('stages are written as tags')] : []),
  ];
}
