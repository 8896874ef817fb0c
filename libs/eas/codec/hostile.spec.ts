import fc from 'fast-check';
import { commands, type Command } from '../commands/registry.js';
import { ProtocolError } from '../protocol-error.js';
import { arbitraryOf } from '../testing/index.js';
import { traceXml } from '../trace/trace.js';
import { decode } from './decode.js';
import { encodeToBuffer } from './encode.js';

const names = Object.keys(commands) as (keyof typeof commands)[];

async function outcome(command: Command, bytes: Uint8Array): Promise<string> {
  try {
    await decode(command.request, bytes, { version: 161 });
    return 'decoded';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

describe('hostile requests', () => {
  it('give ProtocolError and nothing else: random bytes', async () => {
    const token = fc.oneof(
      fc.constantFrom(0, 1, 3, 0xc3, 0x45, 0x5c, 0x4f),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.array(token, { maxLength: 200 }), async (name, body) => {
        const bytes = Uint8Array.from([3, 1, 0x6a, 0, 0, commands[name].request.tag.page, ...body]);
        expect(await outcome(commands[name], bytes)).toMatch(/^[a-z-]+$/);
        expect(traceXml(bytes, { redact: true }).length).toBeLessThan(30_000);
      }),
      { numRuns: 1500 },
    );
  });

  it('give ProtocolError and nothing else: good requests with broken bytes', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    for (const name of names) {
      const command: Command = commands[name];
      await fc.assert(
        fc.asyncProperty(arbitraryOf(command.request, 161), damage, async (value, changes) => {
          const bytes = await encodeToBuffer(command.request, value as never, { version: 161 });
          for (const [position, byte] of changes) bytes[position % bytes.length] = byte;
          expect(await outcome(command, bytes)).toMatch(/^[a-z-]+$/);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('cannot make a value reach what is not its own: names come from the declarations alone', async () => {
    const bytes = await encodeToBuffer(commands.Ping.request, { HeartbeatInterval: 60 }, { version: 141 });
    const { value } = await decode(commands.Ping.request, bytes, { version: 141 });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['HeartbeatInterval']);
  });
});
