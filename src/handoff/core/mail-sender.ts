/** As whom mails to leads leave. Pure. */
import type { Person, Playbook } from '../../config/playbook.ts';
import type { MailAddress } from '../../contracts/mailer.ts';
import { fillTemplate, type TemplateValues } from '../../lib/liquid.ts';
import { oneLine } from '../../lib/text.ts';

/** The playbook's `reply.from` in the rep's name; without an address in it, the rep's own. */
export function senderOf({ reply }: Playbook, rep: Person, values: TemplateValues | undefined): MailAddress {
  const written = values ? oneLine(fillTemplate(reply.from, values)) : rep.name;
  const [, name, address] = /^([^<>]*)<([^\s<>@]+@[^\s<>@]+)>$/.exec(written) ?? [];
  return address ? { name: oneLine(name ?? ''), address } : { name: rep.name, address: rep.email };
}

/** One plain address: no list, no name, nothing that could end a header. */
const ADDRESS = /^[^\s@<>,;:"\\()[\]]{1,64}@[^\s@<>,;:"\\()[\]]+\.[^\s@<>,;:"\\()[\].]+$/;
const MOST_ADDRESS = 254;

/** Can this be written to? */
export function isMailable(address: string): boolean {
  return ADDRESS.test(address) && address.length <= MOST_ADDRESS && address.isWellFormed();
}
