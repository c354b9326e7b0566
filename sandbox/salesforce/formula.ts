/** Formulas of flows, as far as Baton's use them: text functions, `&`, `+` and `-`; empty text counts as none. */

type FormulaValue = string | number | boolean;

/** What a function does with its values; `FIND` and `MID` count from 1, as the platform does. */
const FUNCTIONS: Record<string, (...given: FormulaValue[]) => FormulaValue> = {
  BEGINS: (text, start) => String(text).startsWith(String(start)),
  CONTAINS: (text, part) => String(text).includes(String(part)),
  FIND: (part, text) => String(text).indexOf(String(part)) + 1,
  IF: (test, yes, no) => (test ? (yes ?? '') : (no ?? '')),
  LEFT: (text, count) => String(text).slice(0, Math.max(0, Number(count))),
  LOWER: text => String(text).toLowerCase(),
  MID: (text, from, count) => String(text).slice(Number(from) - 1, Number(from) - 1 + Number(count)),
  SUBSTITUTE: (text, old, fresh) => String(text).replaceAll(String(old), () => String(fresh)),
  TRIM: text => String(text).trim(),
};

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(\d+)|\{!([\w.$]+)\}|([A-Z]+)(?=\()|([(),&+-]))\s*/y;

type Token = { kind: 'text' | 'number' | 'reference' | 'call' | 'sign'; text: string };

function tokensOf(formula: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.length) {
    const at = TOKEN.lastIndex;
    const [whole, text, number, reference, call, sign] = TOKEN.exec(formula) ?? [];
    if (whole === undefined) throw new Error(`Syntax error at "${formula.slice(at, at + 20)}"`);
    if (text !== undefined) found.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (reference !== undefined) found.push({ kind: 'reference', text: reference });
    else if (call !== undefined) found.push({ kind: 'call', text: call });
    else found.push({ kind: 'sign', text: sign ?? '' });
  }
  return found;
}

/**
 * The value of a formula.
 * @param refer what `{!Name}` stands for
 * @throws Error in the platform's manner when the formula cannot be read
 */
export function evaluate(formula: string, refer: (name: string) => FormulaValue): FormulaValue {
  const tokens = tokensOf(formula);
  let at = 0;
  const isSign = (...signs: string[]) => tokens[at]?.kind === 'sign' && signs.includes(tokens[at]?.text ?? '');
  const expect = (sign: string) => {
    if (!isSign(sign)) throw new Error(`Syntax error. Missing '${sign}'`);
    at += 1;
  };
  function call(name: string): FormulaValue {
    const work = FUNCTIONS[name];
    if (!work) throw new Error(`Unknown function ${name}`);
    expect('(');
    const given: FormulaValue[] = [];
    while (!isSign(')')) {
      given.push(sum());
      if (!isSign(')')) expect(',');
    }
    expect(')');
    if (given.length !== work.length) {
      throw new Error(
        `Incorrect number of parameters for function '${name}()'. Expected ${work.length}, received ${given.length}`,
      );
    }
    return work(...given);
  }
  function term(): FormulaValue {
    const token = tokens[at];
    at += 1;
    switch (token?.kind) {
      case 'text':
        return token.text;
      case 'number':
        return Number(token.text);
      case 'reference':
        return refer(token.text);
      case 'call':
        return call(token.text);
      default:
        throw new Error('Syntax error. Found nothing where a value was expected');
    }
  }
  function sum(): FormulaValue {
    let value = term();
    while (isSign('&', '+', '-')) {
      const sign = tokens[at]?.text;
      at += 1;
      const next = term();
      if (sign === '&') value = `${String(value)}${String(next)}`;
      else value = Number(value) + (sign === '+' ? Number(next) : -Number(next));
    }
    return value;
  }
  const value = sum();
  if (at < tokens.length) throw new Error('Syntax error. Extra text after the formula');
  return value;
}
