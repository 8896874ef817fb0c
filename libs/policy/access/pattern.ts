/**
 * Whether a text fits a pattern in which `*` stands for anything, without regard to case. Takes at most the product of both
 * lengths, whatever they are: user agents are the phone's own words.
 */
export function fits(pattern: string, text: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()];
  let [at, place] = [0, 0];
  // Where the last star stands, and how far what it stands for reaches.
  let star = -1;
  let reach = 0;
  while (place < given.length) {
    if (wanted[at] === '*') {
      star = at++;
      reach = place;
    } else if (at < wanted.length && wanted[at] === given[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++reach;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}
