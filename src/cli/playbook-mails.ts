/** Every text for leads of a playbook, filled in for an example lead: what somebody reads before they put the file in. Pure. */
import { teamName } from '../config/playbook/people.ts';
import { mailTemplates, type Person, type Playbook } from '../config/playbook.ts';
import { type Filled, fillMail, valuesFor } from '../handoff/core/templates.ts';
import { fillAnswer, withFooter } from '../handoff/reply/compose.ts';
import { exampleLead } from '../workspaces/mail-preview.ts';
import { answerFor } from '../workspaces/playbook-edits.ts';

/** Signed by the first person of the first team. */
export function mailsOf(playbook: Playbook, now: Date): string {
  const lead = exampleLead(playbook, now);
  const rep = signer(playbook);
  const { reply } = playbook;
  const rest = { when: {}, subject: reply.subject, body: reply.body };
  const answers = [...reply.templates, rest].map(text => {
    const whom = text === rest && reply.templates.length > 0 ? 'every other lead' : whomFor(text.when, playbook);
    const mail = fillAnswer(text, lead, rep);
    const body = mail.ok ? { ...mail, body: withFooter(mail.body, playbook, '(a link of the lead’s own)') } : mail;
    return shown(`First answer for ${whom}`, body);
  });
  const templates = Object.values(mailTemplates(playbook)).map(text =>
    shown(`Template “${text.name}”`, fillMail(text, valuesFor(lead, rep))),
  );
  const off = reply.enabled ? [] : ['First answers are off (reply.enabled).'];
  return [`Filled in for Jo Example of Example Ltd, signed by ${rep.name}.`, ...off, ...answers, ...templates].join(
    '\n\n',
  );
}

const whomFor = (when: Playbook['reply']['templates'][number]['when'], playbook: Playbook) =>
  answerFor(when, key => teamName(playbook, key));

function signer({ people, teams }: Playbook): Person {
  const [member] = Object.values(teams).flatMap(({ members }) => members);
  const person = people.find(({ email }) => email === member?.person) ?? people[0];
  if (!person) throw new Error('a playbook without people');
  return { scheduling_url: 'https://calendar.example.com/rep', ...person };
}

function shown(title: string, mail: Filled): string {
  const text = mail.ok ? `Subject: ${mail.subject}\n\n${mail.body.trimEnd()}` : `cannot be filled in: ${mail.why}`;
  return `── ${title} ──\n${text}`;
}
