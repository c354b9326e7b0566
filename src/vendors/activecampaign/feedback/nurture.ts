/**
 * Nurture in ActiveCampaign: an automation. Adding a contact a second time runs it a second time, so that it is looked for first
 * (https://developers.activecampaign.com/reference/create-new-contactautomation).
 */
import type { Nurture } from '../../../contracts/nurture.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { type ActiveCampaign, everyOne } from '../api/client.ts';
import { ofThisWrite, SERVICE } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';

const WHERE = 'Its name stands under Automations, its number in its address: …/series/12.';

export function nurtureBy(api: ActiveCampaign): Nurture {
  /** `why`: it takes nobody; `isMissing`: nothing has the name. One call for each hundred automations. */
  async function automationOf(name: string): Promise<Json> {
    const all = await everyOne(api, '/automations', 'automations', 'usual');
    const [found, ...more] = all.filter(one => idFrom(one.id) === name || textFrom(one.name) === name);
    if (!found) return { why: `There is no automation ${name}. ${WHERE}`, isMissing: true };
    if (more.length > 0) return { why: `Several automations are called ${name}: write its number. ${WHERE}` };
    const isOff = textFrom(found.status) === '2';
    return isOff ? { ...found, why: `The automation ${name} is not active: turn it on.` } : found;
  }

  /** @param isLeft also one that is off: whoever is in it goes on when it is turned on */
  function idIn(automation: Json, name: string, { isLeft = false } = {}): string {
    const id = 'why' in automation && !isLeft ? undefined : idFrom(automation.id);
    if (id !== undefined) return id;
    throw new Rejected(String(automation.why), { service: SERVICE, code: 'NO_SUCH_AUTOMATION', fields: [name] });
  }

  /** Their entry of the automation; null: there is no such contact. One call. */
  async function entryOf(contactId: string, automation: string): Promise<string | undefined | null> {
    const path = `/contacts/${contactId}/contactAutomations`;
    const found = await api.find({ path, query: { limit: '100' }, importance: 'usual' });
    if (found === null) return null;
    return idFrom(objectsIn(found.contactAutomations).find(one => idFrom(one.automation) === automation)?.id);
  }

  return {
    async find({ name }) {
      const found = await automationOf(name);
      if (typeof found.why === 'string') return { why: found.why };
      return { label: `the automation ${textFrom((found as Json).name) ?? name}` };
    },
    async enter(contactId, { name }) {
      const automation = idIn(await automationOf(name), name);
      if (await entryOf(contactId, automation)) return;
      const json = { contactAutomation: { contact: contactId, automation } };
      try {
        await api.ask({ method: 'POST', path: '/contactAutomations', json, importance: 'usual' });
      } catch (error) {
        throw ofThisWrite(error);
      }
    },
    async leave(contactId, { name }) {
      const automation = await automationOf(name);
      if (automation.isMissing === true) return true;
      const entry = await entryOf(contactId, idIn(automation, name, { isLeft: true }));
      if (!entry) return true;
      try {
        await api.ask({ method: 'DELETE', path: `/contactAutomations/${entry}`, importance: 'usual' });
      } catch (error) {
        throw ofThisWrite(error);
      }
      return true;
    },
  };
}
