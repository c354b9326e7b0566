/** One entry of the error array that every refused call answers with. */
export interface ApiError {
  message: string;
  errorCode: string;
  fields?: string[];
  [more: string]: unknown;
}

/** A refusal in the vendor's own shape: status and error array. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: ApiError[];

  constructor(status: number, errorCode: string, message: string, more: { fields?: string[]; extra?: object } = {}) {
    super(`${errorCode}: ${message}`);
    this.status = status;
    this.body = [{ ...more.extra, message, errorCode, ...(more.fields ? { fields: more.fields } : {}) }];
  }
}

export const notFound = (message = 'The requested resource does not exist'): Refusal =>
  new Refusal(404, 'NOT_FOUND', message);

export const badJson = (message: string): Refusal => new Refusal(400, 'JSON_PARSER_ERROR', message);
