/** Records as Zoho's API answers them: whole, or the columns of a COQL query. */
import { z } from 'zod';

const text = z.string().nullish();
/** A lookup: with a name in a record, its id alone in COQL. */
const link = z.looseObject({ id: z.string(), name: text }).nullish();

export const leadRow = z.looseObject({
  id: z.string(),
  Email: text,
  Full_Name: text,
  Owner: link,
  Lead_Status: text,
  Created_Time: text,
  Modified_Time: text,
  Modified_By: link,
});
export type LeadRow = z.output<typeof leadRow>;

/** Of COQL: columns of the account stand beside its contact's. */
export const contactRow = z.looseObject({
  id: z.string(),
  Email: text,
  Full_Name: text,
  Owner: link,
  Created_Time: text,
  Account_Name: link,
  'Account_Name.Account_Name': text,
  'Account_Name.Owner': link,
  'Account_Name.Created_Time': text,
});
export type ContactRow = z.output<typeof contactRow>;

export const accountRow = z.looseObject({
  id: z.string(),
  Account_Name: text,
  Website: text,
  Owner: link,
  Created_Time: text,
});
export type AccountRow = z.output<typeof accountRow>;

export const dealRow = z.looseObject({
  id: z.string(),
  Deal_Name: text,
  Stage: text,
  Owner: link,
  Created_Time: text,
  Modified_Time: text,
  Modified_By: link,
});

export const anyRow = z.looseObject({
  id: z.string(),
  Owner: link,
  Modified_Time: text,
  Modified_By: link,
});

const taskLike = {
  id: z.string(),
  Subject: text,
  Description: text,
  Owner: link,
  Who_Id: link,
  What_Id: link,
  Created_Time: text,
  Modified_Time: text,
};
export const activityRow = z.looseObject({
  ...taskLike,
  Status: text,
  Closed_Time: text,
  Call_Type: text,
  Call_Start_Time: text,
  /** `04:10`; a whole answer has the seconds beside it. */
  Call_Duration: text,
  Call_Duration_in_seconds: z.union([z.number(), z.string()]).nullish(),
  Outgoing_Call_Status: text,
  Event_Title: text,
  Start_DateTime: text,
});
export type ActivityRow = z.output<typeof activityRow>;

export const userRow = z.looseObject({
  id: z.string(),
  full_name: text,
  email: z.string(),
  status: z.string(),
});
export type UserRow = z.output<typeof userRow>;

/** Only its id matters. */
export const idRow = z.looseObject({ id: z.string() });
