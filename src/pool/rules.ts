// What the user said about when to grow and shrink: a rule as data, from text and back.
//
//   rule       = all { "or" all }
//   all        = term { ("and" | "," | newline) term }
//   term       = "(" rule ")" | metric operator value [ "for" duration ]
//   value      = number | percentage | metric
import { parseDuration, printDuration } from './duration.ts';
import { METRIC } from './metrics.ts';
import { didYouMean } from './nearest.ts';
import { type Token, tokens } from './rule-tokens.ts';

type Operator = '<' | '>' | '<=' | '>=' | '==';

type Operand =
  | { readonly kind: 'number'; readonly value: number }
  /** As typed: 85 for `85%`. */
  | { readonly kind: 'percent'; readonly value: number }
  | { readonly kind: 'metric'; readonly name: string };

export type Rule =
  | {
      readonly kind: 'comparison';
      readonly metric: string;
      readonly is: Operator;
      readonly than: Operand;
      /** How long it must have held, in ms; 0: now is enough. */
      readonly for: number;
    }
  | { readonly kind: 'all' | 'any'; readonly rules: readonly Rule[] };

export type Comparison = Extract<Rule, { kind: 'comparison' }>;

/** Every comparison of a rule, left to right. */
export const comparisonsOf = (rule: Rule): readonly Comparison[] =>
  rule.kind === 'comparison' ? [rule] : rule.rules.flatMap(comparisonsOf);

/** The metrics that every node reports. */
export const METRICS: readonly string[] = Object.keys(METRIC);

/** Which metrics a rule may name; 'any' where plugins may add some. */
export type Metrics = readonly string[] | 'any';

/** A rule that cannot be read; line and column count from 1. */
export class RuleError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, token: Token) {
    super(message);
    this.line = token.line;
    this.column = token.column;
  }

  get place(): string {
    return `line ${this.line}, column ${this.column}: ${this.message}`;
  }
}

const OPERATORS: readonly Operator[] = ['<', '>', '<=', '>=', '=='];
const JOINS = new Set(['and', 'or', 'for']);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #metrics: Metrics;
  #next = 0;

  constructor(text: string, metrics: Metrics) {
    this.#tokens = tokens(text);
    this.#metrics = metrics;
  }

  whole(): Rule {
    this.#skipLines();
    if (this.#peek().kind === 'end')
      throw this.#error('an empty rule would never hold; write one like "load > 0.8 for 30s"');
    const rule = this.#any();
    this.#skipLines();
    if (this.#peek().kind !== 'end')
      throw this.#error(`"${this.#peek().text}" was not expected here; join conditions with "and" or "or"`);
    return rule;
  }

  #any(): Rule {
    const rules = [this.#all()];
    while (this.#takesWord('or')) rules.push(this.#all());
    return joined('any', rules);
  }

  #all(): Rule {
    const rules = [this.#term()];
    while (this.#takesAnd()) rules.push(this.#term());
    return joined('all', rules);
  }

  #term(): Rule {
    this.#skipLines();
    if (this.#peek().kind !== 'open') return this.#comparison();
    this.#take();
    const rule = this.#any();
    this.#skipLines();
    if (this.#peek().kind !== 'close') throw this.#error('")" is missing');
    this.#take();
    return rule;
  }

  #comparison(): Rule {
    const metric = this.#metric();
    const is = OPERATORS.find((operator) => operator === this.#peek().text);
    if (is === undefined) throw this.#error(`one of ${OPERATORS.join(' ')} was expected after "${metric}"`);
    this.#take();
    return { kind: 'comparison', metric, is, than: this.#operand(), for: this.#duration() };
  }

  #metric(): string {
    const token = this.#peek();
    if (token.kind !== 'name' || JOINS.has(token.text))
      throw this.#error(
        `a metric was expected${found(token)}; there are ${(this.#metrics === 'any' ? METRICS : this.#metrics).join(', ')}`,
      );
    if (this.#metrics !== 'any' && !this.#metrics.includes(token.text))
      throw this.#error(
        `unknown metric "${token.text}"${didYouMean(token.text, this.#metrics) || `; there are ${this.#metrics.join(', ')}`}`,
      );
    return this.#take().text;
  }

  #operand(): Operand {
    const { kind, text } = this.#peek();
    if (kind === 'name') return { kind: 'metric', name: this.#metric() };
    if (kind !== 'number' && kind !== 'percent')
      throw this.#error(`a number, a percentage or a metric was expected${found(this.#peek())}`);
    this.#take();
    return { kind, value: Number.parseFloat(text) };
  }

  #duration(): number {
    if (this.#peek().text !== 'for') return 0;
    this.#take();
    const ms = parseDuration(this.#peek().text);
    if (ms === undefined)
      throw this.#error(`a duration like 30s or 5m was expected after "for"${found(this.#peek())}`);
    this.#take();
    return ms;
  }

  /** `and`, a comma or a line's end, where another condition follows. */
  #takesAnd(): boolean {
    const lines = this.#skipLines();
    const { kind, text } = this.#peek();
    if (kind === 'comma' || text === 'and') {
      this.#take();
      return true;
    }
    return lines && text !== 'or' && kind !== 'end' && kind !== 'close';
  }

  #takesWord(word: string): boolean {
    this.#skipLines();
    if (this.#peek().text !== word) return false;
    this.#take();
    return true;
  }

  #skipLines(): boolean {
    const before = this.#next;
    while (this.#peek().kind === 'newline') this.#next += 1;
    return this.#next > before;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', line: 1, column: 1 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #error(message: string): RuleError {
    return new RuleError(message, this.#peek());
  }
}

const found = (token: Token): string => (token.text.trim() === '' ? '' : `, not "${token.text}"`);

/** Nested lists of the same kind mean the same as one flat list. */
function joined(kind: 'all' | 'any', rules: readonly Rule[]): Rule {
  const flat = rules.flatMap((rule) => (rule.kind === kind ? rule.rules : [rule]));
  return flat.length === 1 && flat[0] ? flat[0] : { kind, rules: flat };
}

/** Reads a rule. `metrics` are the known ones. Throws RuleError. */
export const parseRule = (text: string, metrics: Metrics = METRICS): Rule =>
  new Parser(text, metrics).whole();

const printOperand = (than: Operand): string =>
  than.kind === 'metric' ? than.name : `${than.value}${than.kind === 'percent' ? '%' : ''}`;

/** The rule as text that reads back as the same rule. */
export function printRule(rule: Rule): string {
  if (rule.kind === 'comparison') {
    const duration = rule.for > 0 ? ` for ${printDuration(rule.for)}` : '';
    return `${rule.metric} ${rule.is} ${printOperand(rule.than)}${duration}`;
  }
  if (rule.kind === 'any') return rule.rules.map(printRule).join(' or ');
  return rule.rules.map((one) => (one.kind === 'any' ? `(${printRule(one)})` : printRule(one))).join(' and ');
}
