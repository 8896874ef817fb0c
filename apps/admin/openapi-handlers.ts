import { openApiDocument } from '#admin-api';
import { version } from '../assembly/paths.js';
import type { HandlersOf } from './call.js';

/** The API about itself. */
export function openApiHandlers(): HandlersOf<'GET /openapi.json'> {
  const document = openApiDocument(version()) as Record<string, never>;
  return { 'GET /openapi.json': async () => document };
}
