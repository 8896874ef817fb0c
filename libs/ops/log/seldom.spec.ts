import { seldom } from './seldom.js';

it('tells the same thing once in a while, with how often it came', () => {
  let time = 0;
  const told: [string, number][] = [];
  const tell = seldom((text, times) => told.push([text, times]), { interval: 100, now: () => time });
  for (time = 0; time <= 100; time += 25) tell('refused');
  tell('closed');
  expect(told).toEqual([
    ['refused', 1],
    ['refused', 4],
    ['closed', 1],
  ]);
});

it('forgets the oldest of many texts', () => {
  const told: string[] = [];
  const tell = seldom((text) => told.push(text), { now: () => 0 });
  for (let port = 0; port < 150; port += 1) tell(`refused ${port}`);
  tell('refused 149');
  tell('refused 0');
  expect(told).toHaveLength(151);
});
