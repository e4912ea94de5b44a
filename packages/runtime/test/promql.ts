/** What one PromQL expression names. */
export interface PromqlNames {
  readonly metrics: readonly string[];
  readonly matchers: readonly LabelMatcher[];
  /** The labels of `by`, `on` and their like. */
  readonly grouping: readonly string[];
}

/** One comparison between braces. */
interface LabelMatcher {
  readonly metric: string;
  readonly label: string;
  readonly values: readonly string[];
}

const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}/g;
const MATCHER = /(\w+)\s*(?:=~|!=|!~|=)\s*"([^"]*)"/g;
const GROUPING = /\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g;
const DURATION = /\[[^\]]*\]|\boffset\s+\w+/g;
const OPERATORS = ["or", "and", "unless", "bool"];

/**
 * Reads the names of an expression, as far as ours go: no subqueries, no labels in quotes, no
 * alternatives within a regular expression but `a|b`.
 */
export function readPromql(expression: string): PromqlNames {
  const matchers: LabelMatcher[] = [];
  const withoutMatchers = expression.replace(SELECTOR, (_, metric: string, body: string) => {
    for (const [, label = "", text = ""] of body.matchAll(MATCHER)) {
      matchers.push({ metric, label, values: text.split("|") });
    }
    return metric;
  });
  const grouping: string[] = [];
  const bare = withoutMatchers
    .replace(GROUPING, (_, labels: string) => {
      grouping.push(...labels.split(",").map((label) => label.trim()));
      return " ";
    })
    .replace(DURATION, " ");
  const metrics = [...bare.matchAll(/([a-zA-Z_:][\w:]*)(\s*\()?/g)]
    .filter(([, name = "", call]) => call === undefined && !OPERATORS.includes(name))
    .map(([, name = ""]) => name);
  return { metrics: [...new Set(metrics)], matchers, grouping: [...new Set(grouping)] };
}
