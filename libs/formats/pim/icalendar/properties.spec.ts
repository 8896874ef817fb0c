import ICAL from 'ical.js';
import { categoriesOf, putCategories } from './properties.js';

const reread = (component: ICAL.Component): ICAL.Component => ICAL.Component.fromString(component.toString());

it('keeps categories apart that end in a backslash, which a comma behind would swallow', () => {
  const component = new ICAL.Component('vtodo');
  putCategories(component, ['a\\', 'b', 'c\\', 'd,e']);
  expect(categoriesOf(reread(component)).sort()).toEqual(['a\\', 'b', 'c\\', 'd,e']);
  const again = reread(component);
  putCategories(again, ['b', 'c\\', 'f']);
  expect(categoriesOf(reread(again)).sort()).toEqual(['b', 'c\\', 'f']);
});
