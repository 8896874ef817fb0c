import { Tasks } from '../pages/index.js';
import { astask } from '../schema/sections.js';
import {
  boolean,
  clearableDateTime,
  container,
  dateTime,
  group,
  integer,
  optional,
  repeated,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { Body } from './body.js';

/** `{}` is the empty element, which takes all categories away. */
const Categories = container(Tasks.Categories, astask('5'), [
  repeated(text(Tasks.Category, astask('6'), { redact: true }), { max: 300 }),
]);

/** `{}` is the empty element, which makes a single task of a series. */
const Recurrence = container(Tasks.Recurrence, astask('20'), [
  optional(integer(Tasks.Type, astask('29'))),
  optional(dateTime(Tasks.Start, astask('25'))),
  optional(dateTime(Tasks.Until, astask('30'))),
  optional(integer(Tasks.Occurrences, astask('18'))),
  optional(integer(Tasks.Interval, astask('15'))),
  optional(integer(Tasks.DayOfWeek, astask('10'))),
  optional(integer(Tasks.DayOfMonth, astask('9'))),
  optional(integer(Tasks.WeekOfMonth, astask('33'))),
  optional(integer(Tasks.MonthOfYear, astask('17'))),
  optional(boolean(Tasks.Regenerate, astask('21'))),
  // iOS 5 has it in here, as the specification does.
  optional(boolean(Tasks.DeadOccur, astask('11'))),
  optional(integer(Tasks.CalendarType, astask('4'))),
  optional(boolean(Tasks.IsLeapMonth, astask('16'))),
  optional(integer(Tasks.FirstDayOfWeek, astask('13'))),
]);

/** A task's properties. */
export const TasksItem = group('Tasks', [
  optional(text(Tasks.Subject, astask('27'), { redact: true })),
  optional(Body),
  optional(integer(Tasks.Importance, astask('14'))),
  optional(clearableDateTime(Tasks.UtcStartDate, astask('32'))),
  optional(clearableDateTime(Tasks.StartDate, astask('26'))),
  optional(clearableDateTime(Tasks.UtcDueDate, astask('31'))),
  optional(clearableDateTime(Tasks.DueDate, astask('12'))),
  optional(Categories),
  optional(Recurrence),
  optional(boolean(Tasks.Complete, astask('7'))),
  optional(clearableDateTime(Tasks.DateCompleted, astask('8'))),
  optional(integer(Tasks.Sensitivity, astask('24'))),
  optional(clearableDateTime(Tasks.ReminderTime, astask('23'))),
  optional(boolean(Tasks.ReminderSet, astask('22'))),
  optional(dateTime(Tasks.OrdinalDate, astask('19'))),
  optional(text(Tasks.SubOrdinalDate, astask('28'))),
]);

/** A task to be sent to a phone. */
export type TasksItem = Encodable<typeof TasksItem>;
/** A task, or what a phone says of one. */
export type TasksData = Infer<typeof TasksItem>;
