const ENTER = new Set(['\r', '\n']);
const BACKSPACE = new Set(['\b', '\u007f']);
const INTERRUPT = '\u0003';
const END = '\u0004';

/** Asks on the terminal without showing what is typed; null if there is no terminal, or the user gave up. */
export async function askPassword(prompt: string): Promise<string | null> {
  const { stdin } = process;
  if (!stdin.isTTY) return null;
  process.stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    process.stderr.write('\n');
  }
}

function typed(stdin: NodeJS.ReadStream): Promise<string | null> {
  let text = '';
  return new Promise((resolve) => {
    const end = (result: string | null): void => {
      stdin.off('data', take);
      resolve(result);
    };
    const take = (chunk: string): void => {
      for (const character of chunk) {
        if (ENTER.has(character)) return end(text);
        if (character === INTERRUPT || character === END) return end(null);
        text = BACKSPACE.has(character) ? text.slice(0, -1) : text + character;
      }
    };
    stdin.on('data', take);
  });
}
