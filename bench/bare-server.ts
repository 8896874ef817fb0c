import { fastify } from 'fastify';

/*
 * The least a Node server can do: OPTIONS, an empty answer to everything, and Pings that are held for ever. A process of
 * its own, so that its memory can be measured. Prints its address.
 */
const app = fastify({ logger: false, requestTimeout: 0, keepAliveTimeout: 120_000 });
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post<{ Querystring: { Cmd?: string } }>('/Microsoft-Server-ActiveSync', (request, reply) => {
  if (request.query.Cmd !== 'Ping') void reply.code(200).send();
  else reply.hijack();
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${address}\n`);
