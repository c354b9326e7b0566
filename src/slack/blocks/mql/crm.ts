/** `/mql crm`: in which CRM the open leads are recorded, and moving them to the one there is. Pure. */
import { serviceName } from '../../../domain/service-name.ts';
import type { Elsewhere } from '../../../handoff/commands.ts';
import { count } from '../block-words.ts';
import { type Answer, answer, buttons, command } from './answer.ts';

const totalOf = ({ left }: Elsewhere): number => left.reduce((sum, one) => sum + one.count, 0);

export function elsewhereAnswer(found: Elsewhere): Answer {
  const { crm, left } = found;
  if (!crm) return answer(['No CRM is connected. An admin connects one on Baton’s Home, under Set-up.']);
  const name = serviceName(crm);
  if (left.length === 0) return answer([`*CRM:* ${name}. Every open lead is recorded there, or on its way.`]);
  const lines = left.map(one => `• ${count(one.count, 'open lead')} in ${serviceName(one.crm)}`);
  const stay = `They stay there until they are closed: calls, mails, the SLA and what people do there are kept up while it is connected, their owner is not. Or an admin has them written anew in ${name}.`;
  const words = `Move ${count(totalOf(found), 'lead')} to ${name}…`;
  return answer([`*CRM:* ${name}. Not recorded there:`, ...lines, stay], buttons(command(words, 'crm move')));
}

/** The second step names how many. */
export function confirmMoveAnswer(found: Elsewhere): Answer {
  const total = totalOf(found);
  const name = serviceName(found.crm ?? '');
  const from = found.left.map(one => serviceName(one.crm)).join(' and ');
  const what = `*Write ${count(total, 'open lead')} anew in ${name}?* Their records in ${from} stay as they are; calls and mails logged so far are not copied. Each lead goes on by the playbook that counts now.`;
  const sure = command(`Move ${count(total, 'lead')}`, `crm move ${total}`, { primary: true });
  return answer([what], buttons(sure, command('Leave them', 'crm')));
}

export function movingAnswer(total: number): Answer {
  const said = `${count(total, 'lead')} ${total === 1 ? 'is' : 'are'} being written anew, one after the other. \`/mql crm\` shows how many are left.`;
  return answer([said], buttons(command('How many are left?', 'crm')));
}
