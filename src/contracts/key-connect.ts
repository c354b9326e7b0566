/** Connecting a vendor with keys that a person types: what is asked for, and whether the vendor takes it. */
import type { Role } from './role.ts';

/** One key that a person types. */
export interface KeyField {
  /** The variable it stands for. */
  name: string;
  label: string;
  /** Where to find it, in the vendor's own words. */
  hint: string;
  placeholder?: string;
  optional?: true;
  /** Of a base address: where else than there keys must not be sent. */
  host?: RegExp;
}

export type TypedValues = Readonly<Record<string, string>>;

export interface KeyConnect {
  label: string;
  /** What the vendor is to a workspace once it is connected. */
  roles: readonly Exclude<Role, 'chat'>[];
  fields: readonly KeyField[];
  /** Every workspace has it: nothing is typed, but there is something to set at its pages and tools. */
  isBuiltIn?: true;
  /** It only sends, and can be asked nothing: what is typed is proved by what arrives. */
  onlySends?: true;
  /** What is wrong with what was typed, by field; none: it can be tried. Pure. */
  problems(values: TypedValues): Record<string, string>;
  /**
   * Asks the vendor. A few calls.
   * @throws Failure when it does not take the keys, or does not answer
   */
  prove(
    values: TypedValues,
    rules: { scoreProperty: string; threshold: number; roles: readonly Role[] },
  ): Promise<void>;
}
