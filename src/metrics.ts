import { Gauge, Histogram, Registry } from 'prom-client';

/** What an operator watches, in the text form of Prometheus; names and labels say nothing of any patient. */
export interface Metrics {
  /** Tells the time that an answer took, from the body's arrival on. `status` is that of HTTP. */
  answered(service: string, status: number, seconds: number): void;
  /** The metrics as text, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsInput {
  /** The CQL libraries that run interpreted now. */
  readonly interpreted: () => Iterable<string>;
}

/** Metrics of one process. */
export const createMetrics = ({ interpreted }: MetricsInput): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const answers = new Histogram({
    name: 'carehook_hook_answer_seconds',
    help: 'Time from the arrival of a hook call to its answer',
    labelNames: ['service', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  new Gauge({
    name: 'carehook_cql_library_interpreted',
    help: 'CQL libraries that have no compiled form and run interpreted: the same answers, only slower',
    labelNames: ['library'],
    registers,
    collect() {
      this.reset();
      for (const library of interpreted()) this.set({ library }, 1);
    },
  });
  return {
    answered: (service, status, seconds) => answers.observe({ service, status: String(status) }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
