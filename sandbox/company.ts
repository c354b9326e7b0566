import { z } from 'zod';

/** What `POST /_sandbox/{clearbit,apollo}/companies` takes. */
export const companyInput = z.strictObject({
  domain: z.string().min(1),
  name: z.string().optional(),
  industry: z.string().optional(),
  employees: z.number().optional(),
  /** US dollars a year. */
  revenue: z.number().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  country: z.string().length(2).toUpperCase().optional(),
  tech: z.array(z.string()).default([]),
  /** As Apollo words it: "Series B". */
  funding: z.string().optional(),
});

export type CompanyInput = z.output<typeof companyInput>;
