import type { ValueNames } from '../../db/reports/value-names.ts';
import type { Visiting } from '../visiting.ts';

/** What the filters offer; none that tells a rep of leads that are not theirs is more than a name of a campaign or source. */
export const valuesFor = ({ questions, by }: Visiting): Promise<ValueNames> => questions.values(by.workspaceId);
