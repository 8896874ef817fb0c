import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';

let collecting: InMemorySpanExporter | null = null;

/** As an operator does: once for a process. Tracers keep the provider they found first. */
function register(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  return exporter;
}

/** The spans of this process from now on, as an operator's SDK collects them. */
export class CollectedSpans {
  private readonly exporter = (collecting ??= register());

  constructor() {
    this.exporter.reset();
  }

  all(): ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  /** The latest of this name that has ended. */
  named(name: string): ReadableSpan | undefined {
    return this.all().findLast((span) => span.name === name);
  }

  /** Names from the outermost span down to the latest of this name. */
  path(name: string): string[] {
    const names: string[] = [];
    for (let span = this.named(name); span; span = this.parentOf(span)) names.unshift(span.name);
    return names;
  }

  private parentOf({ parentSpanContext }: ReadableSpan): ReadableSpan | undefined {
    return this.all().find((span) => span.spanContext().spanId === parentSpanContext?.spanId);
  }
}
