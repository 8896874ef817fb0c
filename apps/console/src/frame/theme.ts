import { useEffect, useState } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'godwit.theme';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return themes.find((theme) => theme === value) ?? 'system';
  } catch {
    // A browser may forbid storage; then every visit begins with the system's choice.
    return 'system';
  }
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  // Charts are drawn by hand: they have to hear of it.
  window.dispatchEvent(new Event('theme'));
}

/** To be called before anything is shown, so that nothing flashes. */
export const applyKeptTheme = (): void => apply(kept());

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    apply(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // As above.
    }
  }, [theme]);
  return [theme, setTheme];
}
