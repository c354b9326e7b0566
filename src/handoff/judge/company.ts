import type { CompanyVerdict, EmailVerdict } from '../../domain/decision.ts';
import type { CompanyFacts, Contact } from '../../domain/lead.ts';
import { isCompanyDomain, judgeEmail, registrableDomain } from './email.ts';
import { quote, words } from './judge-words.ts';

/** What people type into a field they do not want to fill. */
const NO_NAMES = new Set([
  'na',
  'n a',
  'none',
  'no',
  'nil',
  'null',
  'undefined',
  'unknown',
  'test',
  'testing',
  'asdf',
  'abc',
  'xxx',
  'x',
  'self',
  'me',
  'myself',
  'personal',
  'private',
  'individual',
  'home',
  'company',
  'my company',
  'no company',
  'not applicable',
  'student',
  'freelance',
  'freelancer',
  'self employed',
  'unemployed',
  'retired',
]);

/** Which company the lead comes from: by e-mail domain, by their website, by what enrichment found, or as typed. */
export function judgeCompany(contact: Contact, email: EmailVerdict, company: CompanyFacts): CompanyVerdict {
  const typed = realName(contact.company);
  const name = company.name?.trim() || typed;
  if (email.kind === 'business' && email.domain !== undefined) {
    return verdict(
      name,
      email.domain,
      name ? `${quote(name)}, at ${email.domain}` : `known by its domain ${email.domain}`,
    );
  }
  const website = websiteDomain(contact.website);
  if (website !== undefined) {
    return verdict(name, website, `${quote(name ?? website)}, by the website ${website} the lead gave`);
  }
  if (company.name !== undefined && company.name.trim() !== '') {
    return verdict(name, company.domain, `${quote(company.name)}, as enrichment found it`);
  }
  if (typed !== undefined) {
    return verdict(typed, company.domain, `${quote(typed)}, as the lead typed it; no business domain confirms it`);
  }
  return { confidence: 'low', reason: 'the company is unknown: no business domain, no website, no name' };
}

/**
 * What others can be asked about the lead's company: the domain of their address, else of the website they gave or of
 * the company their source has them under, else the name they gave. Empty when there is nothing to ask by.
 */
export function companyToAsk(contact: Pick<Contact, 'email' | 'website' | 'company' | 'employer'>): {
  domain?: string;
  name?: string;
} {
  const email = judgeEmail(contact.email);
  if (email.kind === 'disposable') return {};
  if (email.kind === 'business' && email.domain !== undefined) return { domain: email.domain };
  const domain = websiteDomain(contact.website) ?? websiteDomain(contact.employer?.domain);
  if (domain !== undefined) return { domain };
  const name = realName(contact.employer?.name) ?? realName(contact.company);
  return name === undefined ? {} : { name };
}

function verdict(name: string | undefined, domain: string | undefined, reason: string): CompanyVerdict {
  return { ...(name && { name }), ...(domain && { domain }), confidence: 'high', reason: `the company is ${reason}` };
}

function realName(typed: string | undefined): string | undefined {
  const name = typed?.trim();
  const plain = words(name ?? '').join(' ');
  return !name || plain === '' || NO_NAMES.has(plain) ? undefined : name;
}

function websiteDomain(website: string | undefined): string | undefined {
  const domain = registrableDomain((website ?? '').trim().toLowerCase());
  return domain?.includes('.') && isCompanyDomain(domain) ? domain : undefined;
}
