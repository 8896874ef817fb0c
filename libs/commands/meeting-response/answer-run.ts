import { BackendError, canDelete, canMove, type Backend, type CalendarStore } from '#backend';
import type { ResolvedFolder } from '#device';
import { answerMessage, isOwnMeeting, type Answer, type OutgoingScheduling, type Owner } from '#formats';
import {
  answerInCalendar,
  meetingText,
  objectOf,
  type AnsweredMeeting,
  type SchedulingRule,
} from '#scheduling';
import type { AccountLease, CommandContext } from '../context.js';
import { calendarsOf, ownerOf, ruleOf } from '../scheduling/calendars-of.js';
import { readSchedulingMail } from '../scheduling/read-scheduling.js';
import { sendScheduling } from '../scheduling/send-scheduling.js';
import { serverId } from '../server-id.js';
import { trashPath } from '../sync/trash.js';
import { checkClass, type MeetingAnswer } from './meeting-request.js';
import { MeetingRefused, MeetingStatus } from './status.js';
import { answerKey, AnswerRecord } from './turns.js';

/** A mail that an answer removes. */
interface RequestMail {
  readonly backend: Backend;
  readonly path: string;
  readonly id: string;
}

interface Found {
  readonly meeting: AnsweredMeeting;
  readonly mail: RequestMail | null;
  /** Of an invitation to one occurrence. */
  readonly instance: Date | null;
}

const invalid = (message: string): MeetingRefused =>
  new MeetingRefused(MeetingStatus.invalidRequest, message);

/** Answers meetings for one request of a phone; what the account has is asked once. */
export class AnswerRun {
  private constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
    private readonly calendars: CalendarStore | null,
    private readonly rule: SchedulingRule,
    private readonly owner: Owner,
  ) {}

  static async begin(context: CommandContext, lease: AccountLease): Promise<AnswerRun> {
    const calendars = await calendarsOf(lease);
    return new AnswerRun(context, lease, calendars, await ruleOf(lease, calendars), await ownerOf(lease));
  }

  /** CalendarId; null if the meeting is in no calendar now. Throws MeetingRefused, BackendError, EasStatusError. */
  async answer(request: MeetingAnswer): Promise<string | null> {
    const { folder, item } = request.address;
    const instance = request.instance?.toISOString() ?? '';
    const record = new AnswerRecord(this.context, serverId(folder, item), instance, request.status);
    const found = await this.find(request);
    if (!found) {
      const earlier = await record.read();
      if (earlier === undefined) throw invalid('there is no such meeting request');
      return earlier;
    }
    const calendarId = await this.carryOut(request, found);
    // Kept before the mail goes: a retry finds one or the other.
    await record.keep(calendarId);
    if (found.mail) await this.remove(found.mail);
    return calendarId;
  }

  private async carryOut(request: MeetingAnswer, { meeting, instance }: Found): Promise<string | null> {
    const { owner, calendars } = this;
    const { status, response } = request;
    const answer: Answer = { status, instance: request.instance ?? instance, at: new Date() };
    const text = meetingText(meeting, owner);
    if (text === null) throw invalid('there is no such meeting');
    if (isOwnMeeting(text, owner)) throw invalid('the user is the organizer');
    const { proposal = null, plain: comment = '' } = response ?? {};
    const message = answerMessage(text, owner, { ...answer, proposal, comment });
    const send = () => this.send(request, meeting.uid, message);
    const write = () => (calendars ? this.write(calendars, meeting, answer) : null);
    if (status !== 'DECLINED') {
      const calendarId = await write();
      await send();
      return calendarId;
    }
    // The meeting is what the answer is made of: were it gone first, a retry could not send any more.
    await send();
    await write();
    return null;
  }

  private async write(
    calendars: CalendarStore,
    meeting: AnsweredMeeting,
    answer: Answer,
  ): Promise<string | null> {
    const { owner, rule } = this;
    const { folder, id } = await answerInCalendar(calendars, meeting, { owner, answer, rule });
    if (id === null) return null;
    const isThere = ([, { path, itemClass }]: [string, ResolvedFolder]): boolean =>
      path === folder && itemClass === 'Calendar';
    for (const refresh of [false, true]) {
      const known = Object.entries(await this.folders(refresh)).find(isThere);
      if (known) return serverId(known[0], id);
    }
    return null;
  }

  /** Up to 14.1 the phone sends; where the server does, nobody else but for what it has no words for (trap 89). */
  private async send(
    { response, status, instance }: MeetingAnswer,
    uid: string,
    message: OutgoingScheduling | null,
  ): Promise<void> {
    if (!response || !message || (this.rule === 'server' && message.method !== 'COUNTER')) return;
    const said = { plain: response.plain, ...(response.html === null ? {} : { html: response.html }) };
    const about = JSON.stringify([uid, instance?.toISOString() ?? '']);
    const what = JSON.stringify([status, said, message.text.replace(/^DTSTAMP.*$/gm, '')]);
    await sendScheduling(this.context, message, { key: await answerKey(this.context, about, what), said });
  }

  private async find(request: MeetingAnswer): Promise<Found | null> {
    const { folder, item } = request.address;
    const place = (await this.folders(false))[folder] ?? (await this.folders(true))[folder];
    if (!place) throw invalid(`there is no folder ${folder}`);
    checkClass(place.itemClass, request, this.context.version);
    try {
      return await (place.itemClass === 'Email'
        ? this.findByMail(place.path, item)
        : this.findObject(place.path, item));
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'gone') return null;
      throw error;
    }
  }

  private async findByMail(path: string, id: string): Promise<Found> {
    const backend = await this.lease.backend('Email');
    const mail = await readSchedulingMail(backend, path, id, this.context.limits.mailBytes);
    if (mail?.message.method !== 'REQUEST') throw invalid('the mail asks for no answer');
    const { uid, text, instance } = mail.message;
    const object = this.calendars && (await objectOf(this.calendars, uid));
    return { meeting: { uid, invitation: text, object }, mail: { backend, path, id }, instance };
  }

  private async findObject(path: string, id: string): Promise<Found | null> {
    const object = (await this.calendars?.calendarObject(path, id)) ?? null;
    return object && { meeting: { uid: object.id, invitation: null, object }, mail: null, instance: null };
  }

  private async folders(refresh: boolean): Promise<Readonly<Record<string, ResolvedFolder>>> {
    const { devices, asker } = this.context;
    return (await devices.ask(asker, { type: 'Folders', refresh })).folders;
  }

  /** As if the user deleted it: into the trash. What fails here is told, and the answer stands. */
  private async remove({ backend, path, id }: RequestMail): Promise<void> {
    try {
      const trash = await trashPath(backend);
      if (path === trash) return;
      if (trash !== null && canMove(backend)) await backend.moveItems(path, [id], trash);
      else if (canDelete(backend)) await backend.deleteItems(path, [id]);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      this.context.events.requestNotRemoved(error.message);
    }
  }
}
