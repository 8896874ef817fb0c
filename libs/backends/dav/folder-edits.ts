import { randomUUID } from 'node:crypto';
import { BackendError, storableFolderName, type BackendFolder, type ItemClass } from '#backend';
import type { FolderEdits } from '#objects';
import type { DavAccount, DavFolder } from './account.js';
import { DavRefused } from './errors.js';
import { classOf, componentsOf, folderPath, type Component } from './folder-path.js';
import { withSlash } from './hrefs.js';
import { listObjects } from './listing.js';
import { dav, escapeXml, requestBody } from './names.js';

/** Calendars and address books are made, renamed and deleted in the account's first home. They do not lie in each other. */
export class DavFolderEdits implements FolderEdits {
  constructor(private readonly account: DavAccount) {}

  async createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    const component = this.#componentOf(itemClass);
    await this.#checkName(parent, name, itemClass, null);
    const { homes } = await this.account.places();
    const [home] = homes;
    if (home === undefined)
      throw new BackendError('invalid', 'only one collection is configured', { reason: 'no-home' });
    const url = new URL(home);
    url.pathname = `${withSlash(home.pathname)}${randomUUID()}/`;
    await this.#make(url, component, storableFolderName(name, null));
    const path = folderPath(url, component, this.account.http.home);
    const made = (await this.account.folders()).find((folder) => folder.path === path);
    if (!made)
      throw new BackendError('unavailable', `${path} was made and is not listed`, { retryAfter: 30 });
    return made;
  }

  async moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    const { collection, component } = await this.account.folder(path);
    await this.#checkName(parent, name, classOf[component], path);
    const shown = escapeXml(storableFolderName(name, null));
    const body = requestBody(
      'd:propertyupdate',
      `<d:set><d:prop><d:displayname>${shown}</d:displayname></d:prop></d:set>`,
    );
    for await (const part of this.account.http.multistatus({
      method: 'PROPPATCH',
      url: collection.url,
      body,
    })) {
      const status = part.kind === 'response' ? part.response.refused.get(dav('displayname')) : undefined;
      if (status !== undefined)
        throw new BackendError('invalid', `the name was refused: ${status}`, { reason: 'read-only' });
    }
    return path;
  }

  async deleteFolder(path: string): Promise<void> {
    const folder = await this.account.folder(path);
    if (folder.isMixed) await this.#checkEmptyElse(folder);
    await this.account.http.do({ method: 'DELETE', url: folder.collection.url });
    await this.account.refreshed(folder.collection);
  }

  /** The task list a phone deletes may be the calendar of another one. */
  async #checkEmptyElse({ collection, component }: DavFolder): Promise<void> {
    for (const other of collection.components) {
      if (other === component) continue;
      const objects = await listObjects(this.account, { collection, component: other, isMixed: true });
      if (objects.length > 0)
        throw new BackendError('invalid', `${collection.url.pathname} has items of other classes, too`, {
          reason: 'shared-collection',
        });
    }
  }

  #componentOf(itemClass: ItemClass): Component {
    const component = componentsOf(this.account.http.settings.kind).find(
      (each) => classOf[each] === itemClass,
    );
    if (component) return component;
    throw new BackendError('invalid', `no folders for ${itemClass} here`, { reason: 'item-class' });
  }

  async #checkName(
    parent: string | null,
    name: string,
    itemClass: ItemClass,
    own: string | null,
  ): Promise<void> {
    if (parent !== null)
      throw new BackendError('invalid', 'collections do not lie in each other', { reason: 'parent' });
    const stored = storableFolderName(name, null);
    const folders = await this.account.folders();
    if (folders.some((each) => each.itemClass === itemClass && each.name === stored && each.path !== own))
      throw new BackendError('conflict', `there is a ${stored}`, { reason: 'exists' });
  }

  async #make(url: URL, component: Component, name: string): Promise<void> {
    const props = `<d:displayname>${escapeXml(name)}</d:displayname>`;
    if (component === 'VCARD') return this.#makeByMkcol(url, '<a:addressbook/>', props);
    const set = `<c:supported-calendar-component-set><c:comp name="${component}"/></c:supported-calendar-component-set>`;
    const body = requestBody('c:mkcalendar', `<d:set><d:prop>${props}${set}</d:prop></d:set>`);
    try {
      await this.account.http.do({ method: 'MKCALENDAR', url, body });
    } catch (error) {
      // RFC 5689 does the same for servers that do not know the older method.
      if (!(error instanceof DavRefused) || ![400, 405, 501].includes(error.refusal.status)) throw error;
      await this.#makeByMkcol(url, '<c:calendar/>', props + set);
    }
  }

  async #makeByMkcol(url: URL, type: string, props: string): Promise<void> {
    const resource = `<d:resourcetype><d:collection/>${type}</d:resourcetype>`;
    const body = requestBody('d:mkcol', `<d:set><d:prop>${resource}${props}</d:prop></d:set>`);
    await this.account.http.do({ method: 'MKCOL', url, body });
  }
}
