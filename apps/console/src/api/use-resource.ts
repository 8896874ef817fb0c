import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnswerOf, RouteName, Routes } from '#admin-api';
import type { CallOf } from '#admin-api/client';
import { api } from './client.js';

export interface Resource<T> {
  /** The last answer; stays while the next one is loaded. */
  readonly data: T | null;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

export interface ResourceOptions<T> {
  /** Milliseconds after which it is loaded again, while the page is looked at; may depend on what was answered last. */
  readonly every?: number | ((data: T | null) => number);
}

interface Loaded<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly isLoading: boolean;
}

/** What a route answers, loaded when the call changes. */
export function useResource<R extends RouteName>(
  name: R,
  call: CallOf<R>,
  { every }: ResourceOptions<AnswerOf<Routes[R]>> = {},
): Resource<AnswerOf<Routes[R]>> {
  const [loaded, setLoaded] = useState<Loaded<AnswerOf<Routes[R]>>>({
    data: null,
    error: null,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  const key = `${name} ${JSON.stringify(call)}`;
  const latest = useRef(call);
  latest.current = call;

  useEffect(() => {
    const leaving = new AbortController();
    setLoaded((before) => ({ ...before, isLoading: true }));
    api.call(name, latest.current, leaving.signal).then(
      (data) => {
        if (!leaving.signal.aborted) setLoaded({ data, error: null, isLoading: false });
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setLoaded(({ data }) => ({ data, error, isLoading: false }));
      },
    );
    return () => leaving.abort();
  }, [name, key, turn]);

  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const pause = typeof every === 'function' ? every(loaded.data) : every;
  useEffect(() => {
    if (pause === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, pause);
    return () => clearInterval(timer);
  }, [pause, reload]);

  return { ...loaded, reload };
}
