/** The figures that `GET /metrics` shows to Prometheus. Labels are names from the code, never ids of people. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the figures of one server; each has a registry of its own, so that tests can run several in one process. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    /** Also counts memory, CPU and event-loop lag; once a process. */
    watchProcess: () => collectDefaultMetrics({ register: registry, prefix: 'kanade_' }),
    consoles: new Gauge({ name: 'kanade_consoles', help: 'Consoles that have said hello', registers }),
    lagging: new Gauge({
      name: 'kanade_consoles_lagging',
      help: 'Consoles that acknowledge too slowly for frames',
      registers,
    }),
    frames: new Counter({ name: 'kanade_frames_total', help: 'Frames made, each encoded once', registers }),
    frameRows: new Counter({ name: 'kanade_frame_rows_total', help: 'Rows in frames', registers }),
    requests: new Counter({
      name: 'kanade_sync_requests_total',
      help: 'Requests of consoles',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    faults: new Counter({
      name: 'kanade_console_faults_total',
      help: 'What consoles sent and honest ones do not, by the reason for which it was refused',
      labelNames: ['event', 'why'],
      registers,
    }),
    verdicts: new Counter({
      name: 'kanade_verdicts_total',
      help: 'Commands decided',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'kanade_http_seconds',
      help: 'Time to answer an HTTP request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    jobs: new Counter({
      name: 'kanade_jobs_total',
      help: 'Background work done',
      labelNames: ['name', 'outcome'],
      registers,
    }),
  };
}
