import { z } from 'zod';
import { bare, noteOf } from './declare.js';
import { constantCase } from './environment.js';
import { configuration } from './keys.js';
import { renderConfiguration } from './reference.js';

function leaves(schema: z.core.$ZodType, path: string): [string, z.core.$ZodType][] {
  const type = bare(schema);
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape as Record<string, z.core.$ZodType>).flatMap(([name, child]) =>
      name === 'kind' ? [] : leaves(child, path ? `${path}.${name}` : name),
    );
  }
  if (type instanceof z.ZodDiscriminatedUnion) {
    return type.options.flatMap((option, index) => leaves(option, `${path}<${index}>`));
  }
  if (type instanceof z.ZodArray && bare(type.element) instanceof z.ZodObject)
    return leaves(type.element, `${path}[n]`);
  return [[path, schema]];
}

describe('reference page', () => {
  const page = renderConfiguration();

  it.each(leaves(configuration, ''))('explains %s', (path, schema) => {
    expect(noteOf(schema)?.prose).toMatch(/\.$/);
    expect(page).toContain(`\`${path.replace(/<\d>/, '')}\``);
  });

  it('gives no two keys of a section the same variable', () => {
    const names = leaves(configuration, '').map(([path]) => path.split('.').map(constantCase).join('_'));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['signIn', 'SIGN_IN'],
    ['AllowHTMLEmail', 'ALLOW_HTML_EMAIL'],
    ['AllowPOPIMAPEmail', 'ALLOW_POPIMAP_EMAIL'],
    ['maxSeconds', 'MAX_SECONDS'],
  ])('spells %s as %s', (name, variable) => expect(constantCase(name)).toBe(variable));
});
