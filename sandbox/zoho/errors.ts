/** How Zoho CRM says no. */
export type Details = Record<string, unknown>;

/** One refusal, of a whole call or of one record of it. */
export interface Told {
  code: string;
  details: Details;
  message: string;
  status: 'error';
}

export const told = (code: string, message: string, details: Details = {}): Told => ({
  code,
  details,
  message,
  status: 'error',
});

export class Refusal extends Error {
  readonly status: number;
  readonly body: Told;

  constructor(status: number, body: Told) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

export const badToken = () => new Refusal(401, told('INVALID_TOKEN', 'invalid oauth token'));
export const badScope = () => new Refusal(401, told('OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL'));
export const noSuchPath = () =>
  new Refusal(404, told('INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one'));
export const invalid = (message: string, details: Details = {}) =>
  new Refusal(400, told('INVALID_DATA', message, details));
export const missingParam = (name: string) =>
  new Refusal(400, told('REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', { param_name: name }));
