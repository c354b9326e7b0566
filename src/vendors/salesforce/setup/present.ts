/** What the org has of the parts that Baton wants. */
import { keyOf, type Part, type PartType, TYPES } from './folder.ts';
import type { Ask } from './metadata.ts';
import { asContent, type Content } from './xml.ts';

/** Most types of one listMetadata, and most components of one readMetadata (Metadata API Developer Guide). */
const MOST_TYPES = 3;
const MOST_READ = 10;

/** By `keyOf`; what is absent is not there. Nothing is changed. */
export async function present(ask: Ask, parts: readonly Part[]): Promise<Map<string, Content>> {
  const there = await names(ask);
  const found = new Map<string, Content>();
  for (const type of TYPES) {
    const wanted = parts.filter(part => part.type === type && there.has(keyOf(part))).map(part => part.fullName);
    for (const some of chunks(wanted, MOST_READ)) {
      for (const read of (await ask(api => api.read(type, some))).filter(one => one?.fullName)) {
        found.set(keyOf({ type, fullName: String(read.fullName) }), asContent(read));
      }
    }
  }
  return found;
}

async function names(ask: Ask): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for (const types of chunks(TYPES, MOST_TYPES)) {
    const listed = await ask(api => api.list(types.map(type => ({ type }))));
    for (const { type, fullName } of listed) all.add(keyOf({ type: type as PartType, fullName }));
  }
  return all;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
