/** Baton's facts as columns of accounts, contacts and opportunities. Pure. */
import type { CrmDeal } from '../../../contracts/crm-records.ts';
import { present, type Values } from '../api/values.ts';
import type { Prepared } from '../mapping/prepare.ts';
import { clean, EMAIL_LENGTH, names, ownFields, withAddress } from '../records/record.ts';

/** Lookup on Lead to the account it belongs to; the folder salesforce/ deploys it. */
export const ACCOUNT_OF_LEAD = 'Baton_Account__c';

/** Longest names of the platform's own columns. */
const ACCOUNT_NAME = 255;
const OPPORTUNITY_NAME = 120;

type Fields = Record<string, string | null>;

/** Whoever works the lead owns what is made for it. */
const ownerOf = ({ newOwnerId, ownerId }: Prepared): string | undefined => newOwnerId ?? ownerId;

/** The company as it is called; its domain where nobody knows a name. A person's own account is called like the person. */
export function companyName({ person, domain, resolved }: Prepared): string {
  const { FirstName, LastName } = names(person);
  const nobody = resolved?.personType ? [FirstName, LastName].filter(Boolean).join(' ') : 'Unknown company';
  return (clean(person.company) ?? domain ?? nobody).slice(0, ACCOUNT_NAME);
}

/** The website is the domain of the person's own address: what a lead typed would claim somebody else's. */
export function newAccount(write: Prepared): Values {
  const { employees } = write.fields;
  return present({
    Name: companyName(write),
    Website: write.domain,
    NumberOfEmployees: typeof employees === 'number' ? Math.round(employees) : undefined,
    OwnerId: ownerOf(write),
  });
}

export function newContact(write: Prepared, fields: Fields): Values {
  const { person } = write;
  const email = person.email.trim();
  const isTooLong = email.length > EMAIL_LENGTH;
  return present({
    ...names(person),
    Email: isTooLong ? undefined : email,
    Title: person.title,
    Phone: person.phone,
    MailingCity: person.city,
    MailingState: person.state,
    MailingCountry: person.country,
    LeadSource: write.leadSource,
    Description: isTooLong ? withAddress(write.description, email) : write.description,
    OwnerId: ownerOf(write),
    ...ownFields(write, fields),
  });
}

export function newOpportunity(write: Prepared, fields: Fields): Values {
  const { deal, dealName: given, resolved } = write;
  return present({
    Name: dealName(write, given),
    StageName: deal?.stage,
    CloseDate: deal?.closeOn,
    LeadSource: write.leadSource,
    Description: write.description,
    CampaignId: resolved?.campaign?.id,
    OwnerId: ownerOf(write),
    ...ownFields(write, fields, true),
  });
}

/** A template that came out empty still leaves the company's name. */
export function dealName(write: Prepared, name: string | undefined): string {
  return (clean(name) ?? companyName(write)).slice(0, OPPORTUNITY_NAME).trim();
}

/** What the owner of the open opportunity is told there. No Status: a retry must not reopen it. */
export function noteToOwner(write: Prepared, deal: CrmDeal): Values {
  const { person, followUp, description } = write;
  const name = [person.firstName, person.lastName].map(clean).filter(Boolean).join(' ') || person.email;
  return present({
    Subject: `New marketing-qualified lead at this account: ${name}`,
    Description: `No second opportunity was made, as “${deal.name}” is open.\n${description}`,
    ActivityDate: followUp?.dueOn,
    Priority: 'Normal',
    OwnerId: deal.owner.id,
  });
}
