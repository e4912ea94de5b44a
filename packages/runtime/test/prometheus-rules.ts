import { parse } from "yaml";

import { readRootFile } from "./environment-example.ts";

/** A recording. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** An alert. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

/** The rules of `deploy/prometheus/rules.yml`. */
export function readRules(): {
  readonly recordings: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
} {
  const { groups } = parse(readRootFile("deploy/prometheus/rules.yml")) as {
    readonly groups: readonly { readonly rules: readonly (RecordingRule | AlertRule)[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  return {
    recordings: rules.filter((rule) => "record" in rule),
    alerts: rules.filter((rule) => "alert" in rule),
  };
}

/** One job of `deploy/prometheus/prometheus.yml`. */
export interface ScrapeJob {
  readonly job_name: string;
  readonly dns_sd_configs?: readonly {
    readonly names: readonly string[];
    readonly type: string;
    readonly port: number;
  }[];
}

/** The configuration that the Prometheus of `docker-compose.yml` reads. */
export function readPrometheusConfig(): {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly ScrapeJob[];
} {
  return parse(readRootFile("deploy/prometheus/prometheus.yml")) as ReturnType<
    typeof readPrometheusConfig
  >;
}
