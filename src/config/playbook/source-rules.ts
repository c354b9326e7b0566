/** What the playbook says of one source: its own keys, and what holds for all where it has none. Pure. */
import type { NurturePlace } from '../../domain/nurture.ts';
import { nurturePlaceOf } from './nurture-schema.ts';
import type { Playbook } from './schema.ts';

export interface SourceRules {
  threshold: number;
  /** '' for a source that keeps no score. */
  scoreProperty: string;
  stageProperty?: string;
  /** Stages of which a contact must be at one; none: the playbook does not ask. */
  mqlStages: readonly string[];
  ownerProperty?: string;
  feedback: Playbook['feedback'];
  /** Where its leads go that sales does not have; absent: they stay where they are. */
  nurture?: NurturePlace;
}

export function rulesOfSource({ mql, sources, feedback, nurture }: Playbook, source: string): SourceRules {
  const own = Object.hasOwn(sources, source) ? sources[source] : undefined;
  const place = nurturePlaceOf(Object.hasOwn(nurture, source) ? nurture[source] : undefined);
  const told = Object.entries(own?.feedback ?? {}).filter(([, value]) => value !== undefined);
  return {
    threshold: own?.threshold ?? mql.threshold,
    scoreProperty: mql.score_property[source] ?? '',
    mqlStages: stagesAskedFor(mql, source),
    ...(own?.stage_property && { stageProperty: own.stage_property }),
    ...(own?.owner_property && { ownerProperty: own.owner_property }),
    feedback: { ...feedback, ...Object.fromEntries(told) },
    ...(place && { nurture: place }),
  };
}

function stagesAskedFor({ require_lifecycle: asked }: Playbook['mql'], source: string): readonly string[] {
  return asked === false ? [] : (asked[source] ?? []);
}

/** When a lead of this source is an MQL: on its own scale, where it has one. */
export function mqlRulesOf(playbook: Playbook, source: string): Playbook['mql'] {
  return { ...playbook.mql, threshold: rulesOfSource(playbook, source).threshold };
}

/** Baton's part of the calls a day that a vendor's account has left, and the key that says it. */
export function apiShareOf({ crm, sources }: Playbook, vendor: string): { share: number; key: string } {
  const own = Object.hasOwn(sources, vendor) ? sources[vendor]?.api_share : undefined;
  return own === undefined
    ? { share: crm.api_share, key: 'crm.api_share' }
    : { share: own, key: `sources.${vendor}.api_share` };
}
