import type { IncomingMessage } from 'node:http';
import { openSpan, type Configuration, type OpenSpan } from '#ops';
import { isTrustedPeer } from './client-address.js';

/**
 * The span of a request; null where nobody collects spans. It goes on with the trace of the proxy in front if that is a
 * trusted one: phones have no say in what is collected.
 */
export function openRequestSpan(
  request: IncomingMessage,
  { trustedProxies }: Pick<Configuration['listen'], 'trustedProxies'>,
): OpenSpan<'request'> | null {
  const { method = '', headers } = request;
  const { traceparent, tracestate } = headers;
  const isTold = typeof traceparent === 'string' && isTrustedPeer(request, trustedProxies);
  const from = isTold ? { traceparent, ...(typeof tracestate === 'string' && { tracestate }) } : undefined;
  return openSpan('request', method, { 'http.request.method': method }, from);
}
