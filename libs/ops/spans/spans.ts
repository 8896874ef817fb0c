import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { spanCatalogue, type SpanAttribute, type SpanName } from './catalogue.js';

/** Where in a trace something happens, as it goes with a message (W3C Trace Context: `traceparent`, `tracestate`). */
export type TraceContext = Readonly<Record<string, string>>;

export type SpanFields<N extends SpanName> = { readonly [A in SpanAttribute<N>]?: string | number };

const tracer = trace.getTracer('godwit');

/** A span that is under way. Must be ended. */
export class OpenSpan<N extends SpanName> {
  constructor(
    private readonly name: N,
    private readonly span: Span,
    private readonly context: Context,
  ) {}

  /** Does the work as a part of this span: spans opened in it, and in what it waits for, are children. */
  within<T>(work: () => T): T {
    return context.with(this.context, work);
  }

  /** What it is, where that is known only now. */
  rename(detail: string): void {
    this.span.updateName(`${spanCatalogue[this.name].title} ${detail}`);
  }

  set(fields: SpanFields<N>): void {
    this.span.setAttributes(fields);
  }

  /** `type` names the failure; what an error says may hold what nobody else is to read. */
  failed(type: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.setAttribute('error.type', type);
  }

  end(): void {
    this.span.end();
  }
}

/**
 * Begins a span: of the one it is opened within, else of the trace that is told, else of a new trace. Null where nobody
 * collects spans, which is so unless the operator registers an OpenTelemetry SDK (docs/operate/tracing.md).
 */
export function openSpan<N extends SpanName>(
  name: N,
  detail: string,
  fields: SpanFields<N>,
  from?: TraceContext,
): OpenSpan<N> | null {
  const { kind, title } = spanCatalogue[name];
  const parent = parentOf(from);
  const span = tracer.startSpan(`${title} ${detail}`, { kind, attributes: fields }, parent);
  if (!isSpanContextValid(span.spanContext())) return null;
  return new OpenSpan(name, span, trace.setSpan(parent, span));
}

/** Does the work within a span of its own. */
export function inSpan<N extends SpanName, T>(
  name: N,
  detail: string,
  fields: SpanFields<N>,
  work: () => Promise<T>,
  from?: TraceContext,
): Promise<T> {
  const span = openSpan(name, detail, fields, from);
  return span === null ? work() : ended(span, span.within(work));
}

async function ended<N extends SpanName, T>(span: OpenSpan<N>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    span.failed(errorType(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Where in a trace this is, for a message; undefined where nobody collects spans. */
export function traceContext(): TraceContext | undefined {
  if (trace.getActiveSpan() === undefined) return undefined;
  const carried: Record<string, string> = {};
  propagation.inject(context.active(), carried);
  return Object.keys(carried).length > 0 ? carried : undefined;
}

/** For lines of the log; nothing where nobody collects spans. */
export function traceFields(): { readonly traceId?: string; readonly spanId?: string } {
  const told = trace.getActiveSpan()?.spanContext();
  return told && isSpanContextValid(told) ? { traceId: told.traceId, spanId: told.spanId } : {};
}

/** A failure's own kind, where it has one, else the name of its class. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { kind } = error as { kind?: unknown };
  return typeof kind === 'string' ? kind : error.name;
}

function parentOf(from: TraceContext | undefined): Context {
  const active = context.active();
  if (from === undefined || trace.getSpan(active)) return active;
  return propagation.extract(ROOT_CONTEXT, from);
}
