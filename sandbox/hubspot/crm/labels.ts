/** Labels of associations that an account made itself: a pair of types, one for each direction. */
import type { ObjectType } from '../schema.ts';

export interface Label {
  from: ObjectType;
  to: ObjectType;
  typeId: number;
  inverseId: number;
  label: string;
  name: string;
}

const FIRST_LABEL = 1_001;

export function createLabels() {
  const all: Label[] = [];
  const of = (from: ObjectType, to: ObjectType) => all.filter(one => one.from === from && one.to === to);
  return {
    of,
    /** Makes both directions; answers the one asked for first. */
    add(
      from: ObjectType,
      to: ObjectType,
      { name, label, inverse = label }: { name: string; label: string; inverse?: string },
    ): Label[] {
      const typeId = FIRST_LABEL + all.length;
      const made = [
        { from, to, typeId, inverseId: typeId + 1, label, name },
        { from: to, to: from, typeId: typeId + 1, inverseId: typeId, label: inverse, name },
      ];
      all.push(...made);
      return made;
    },
    named: (from: ObjectType, to: ObjectType, typeId: number): string | undefined =>
      of(from, to).find(one => one.typeId === typeId)?.label,
    /** The type of the same label the other way round. */
    inverse: (from: ObjectType, to: ObjectType, typeId: number): number | undefined =>
      of(from, to).find(one => one.inverseId === typeId)?.typeId,
    /** Where a label's type leads to. */
    target: (from: ObjectType, typeId: number): ObjectType | undefined =>
      all.find(one => one.from === from && one.typeId === typeId)?.to,
  };
}
