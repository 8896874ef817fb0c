const KEY = 'godwit.return';

/** Before leaving for an identity provider: where to come back to. */
export function keepReturn(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    // Without storage one comes back to the first page.
  }
}

/** Where somebody was before he left to sign in; told once. Only a path of this page is believed. */
export function takeReturn(): string | null {
  try {
    const path = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return path !== null && /^\/(?!\/)/.test(path) ? path : null;
  } catch {
    return null;
  }
}
