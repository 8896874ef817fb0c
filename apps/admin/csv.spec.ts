import { csvCell } from './csv.js';

it('a cell that a spreadsheet would run is text, and quotes are doubled', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) expect(csvCell(`${start}1`)).toMatch(/^"?'/);
  expect(csvCell('a"b,c')).toBe('"a""b,c"');
  expect(csvCell('line\nline')).toBe('"line\nline"');
  expect([csvCell(-1), csvCell(null), csvCell('plain')]).toEqual(['-1', '', 'plain']);
});
