import { type ValueNames, valueNamesOf } from '../../db/reports/value-names.ts';
import type { Visiting } from '../visiting.ts';

/** What the filters offer; none that tells a rep of leads that are not theirs is more than a name of a campaign or source. */
export const valuesFor = ({ deps, by, kept }: Visiting): Promise<ValueNames> =>
  kept('values', {}, () => valueNamesOf(deps.db, by.workspaceId));
