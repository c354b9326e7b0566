import type { Delivered } from '../deliver.ts';

/** The app's answer to what a person did, as the person's client takes it. */
export interface Acted {
  status: number | null;
  body: unknown;
  ms: number;
  attempts: number;
  error?: string;
  /** What happened to the view, for submissions. */
  outcome?: string;
  /** What a submission that came twice was answered the second time. */
  again?: Acted;
}

/** The answer with its body read, when it is JSON. */
export function acted(delivered: Delivered): Acted {
  const { headers: _headers, body, ...rest } = delivered;
  return { ...rest, body: readAnswer(body) };
}

function readAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
