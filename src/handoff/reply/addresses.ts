/** Addresses that nobody is answered at by itself. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import { isCompanyDomain, registrableDomain } from '../judge/email.ts';

/** RFC 2142 and what companies use besides; a machine or a whole department reads them. Without dots and dashes. */
const ROLES = new Set(
  (
    'abuse accounting accounts admin administrator all billing careers compliance contact customerservice donotreply ' +
    'enquiries enquiry everyone feedback finance ftp hello help helpdesk hi hostmaster hr info information inquiries ' +
    'inquiry invoice invoices it jobs kontakt legal list listserv mail mailerdaemon mailer marketing media news ' +
    'newsletter nobody noc noreply notifications notreply office operations orders postmaster press privacy purchasing ' +
    'recruiting reception root sales security service services shop staff subscribe support sysadmin team tech test ' +
    'undisclosedrecipients unsubscribe usenet users uucp webmaster welcome www'
  ).split(' '),
);

/** `info@`, `no-reply+demo@`, `noreply-ann@`: nobody in person. */
export function isRoleAddress(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  const bare = (local.split('+')[0] ?? '').replace(/[._-]/g, '');
  return ROLES.has(bare) || /^(noreply|donotreply|notreply|bounces?)/.test(bare);
}

const domainOf = (address: string) => registrableDomain(address.slice(address.lastIndexOf('@') + 1));

/** A domain of ours: where the playbook's people have their addresses, unless everybody may have one there. */
export function isOwnAddress(address: string, { people, reply }: Playbook): boolean {
  const domain = domainOf(address);
  if (domain === undefined || !isCompanyDomain(domain)) return false;
  const [, sender] = /@([^\s<>@{}]+)>?\s*$/.exec(reply.from) ?? [];
  return (
    people.some(({ email }) => domainOf(email) === domain) || (sender ? registrableDomain(sender) === domain : false)
  );
}

/** One of the listed domains, or below it: of the address or of the company. */
export function isCompetitor(domains: readonly (string | undefined)[], competitors: readonly string[]): boolean {
  return domains.some(domain =>
    competitors.some(listed => domain?.toLowerCase() === listed || domain?.toLowerCase().endsWith(`.${listed}`)),
  );
}
