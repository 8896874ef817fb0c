import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnswerOf, RouteName, Routes } from '#admin-api';
import type { CallOf } from '#admin-api/client';
import { api } from './client.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
/** Routes that answer a list page by page, and what each is a list of. */
type PagedRoute = {
  [R in RouteName]: AnswerOf<Routes[R]> extends Page<unknown> ? R : never;
}[RouteName];
type ItemOf<R extends PagedRoute> = AnswerOf<Routes[R]> extends Page<infer T> ? T : never;

export interface Pages<T> {
  /** Null until the first page is there. */
  readonly items: readonly T[] | null;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

interface State<T> {
  readonly items: readonly T[] | null;
  readonly next: string | null;
  readonly error: unknown;
  readonly isLoading: boolean;
}

/** A list, one page after the other at its end. Begins anew when the call changes. */
export function usePages<R extends PagedRoute>(name: R, call: CallOf<R>): Pages<ItemOf<R>> {
  const [state, setState] = useState<State<ItemOf<R>>>({
    items: null,
    next: null,
    error: null,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  const key = `${name} ${JSON.stringify(call)}`;
  const latest = useRef(call);
  latest.current = call;
  const leaving = useRef(new AbortController());

  const load = useCallback(
    async (cursor: string | null, before: readonly ItemOf<R>[]) => {
      const { signal } = leaving.current;
      setState((state) => ({ ...state, isLoading: true, error: null }));
      try {
        const { query: given, ...rest } = latest.current as { query?: object };
        const query = { ...given, ...(cursor !== null && { cursor }) };
        const answer: unknown = await api.call(name, { ...rest, query }, signal);
        const page = answer as Page<ItemOf<R>>;
        if (signal.aborted) return;
        setState({ items: [...before, ...page.items], next: page.next, error: null, isLoading: false });
      } catch (error) {
        if (!signal.aborted) setState((state) => ({ ...state, error, isLoading: false }));
      }
    },
    [name],
  );

  useEffect(() => {
    leaving.current = new AbortController();
    void load(null, []);
    return () => leaving.current.abort();
  }, [load, key, turn]);

  const { items, next, error, isLoading } = state;
  return {
    items,
    error,
    isLoading,
    hasMore: next !== null,
    more: () => {
      if (next !== null && !isLoading) void load(next, items ?? []);
    },
    reload: useCallback(() => setTurn((value) => value + 1), []),
  };
}
