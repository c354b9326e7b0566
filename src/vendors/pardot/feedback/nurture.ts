/** Nurture here is a static list that an Engagement Studio program draws from: no call puts anybody into a program. */
import type { Nurture } from '../../../contracts/nurture.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Json, textFrom } from '../../../lib/json-values.ts';
import type { Pardot } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';
import { listMemberships } from './lists.ts';

const WHERE = 'Its name stands in Account Engagement › Lists, its number in its address: …/list/read/id/5501.';

/** `isMissing`: nothing has the name. */
type Unfit = { why: string; isMissing?: true };

export function nurtureBy(api: Pardot): Nurture {
  const lists = listMemberships(api);

  async function listOf(name: string): Promise<Json | Unfit> {
    const query = { fields: 'id,name,isDynamic' };
    const byId = /^\d+$/.test(name)
      ? await api.find({ path: `/objects/lists/${name}`, query, importance: 'usual' })
      : null;
    const found = byId
      ? [byId]
      : (await api.list({ path: '/objects/lists', query: { ...query, name }, importance: 'usual' })).values;
    const [list, ...more] = found.filter(one => one === byId || textFrom(one.name) === name);
    if (!list) return { why: `There is no list ${name}. ${WHERE}`, isMissing: true };
    if (more.length > 0) return { why: `Several lists are called ${name}: name it by its number. ${WHERE}` };
    if (list.isDynamic === true) return { why: `The list ${name} is dynamic: its rules alone say who is on it.` };
    return list;
  }

  function idIn(list: Json | Unfit, name: string): string {
    const id = 'why' in list ? undefined : idFrom(list.id);
    if (id !== undefined) return id;
    throw new Rejected(String(list.why ?? WHERE), { service: SERVICE, code: 'NO_SUCH_LIST', fields: [name] });
  }

  return {
    async find({ name }) {
      const list = await listOf(name);
      return typeof list.why === 'string' ? { why: list.why } : { label: `the list ${textFrom((list as Json).name)}` };
    },
    enter: async (contactId, { name }) => lists.add(contactId, idIn(await listOf(name), name)),
    async leave(contactId, { name }) {
      const list = await listOf(name);
      if (list.isMissing !== true) await lists.remove(contactId, idIn(list, name));
      return true;
    },
  };
}
