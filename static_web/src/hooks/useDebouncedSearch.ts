import { useEffect, useEffectEvent, useState } from "react";

/** The server searches for no shorter text. */
export const MIN_SEARCH_LENGTH = 3;

export const isTooShort = (text: string) => text.trim().length > 0 && text.trim().length < MIN_SEARCH_LENGTH;

/** A search field over a committed text: typing shows at once and is committed after a pause, if it is long enough. */
export function useDebouncedSearch(committed: string, commit: (text: string) => void, pauseMs = 300) {
  const [draft, setDraft] = useState(committed);
  const [lastCommitted, setLastCommitted] = useState(committed);
  // the URL changed from elsewhere, by Back or a link: the field follows it
  if (committed !== lastCommitted) {
    setLastCommitted(committed);
    setDraft(committed);
  }
  const commitDraft = useEffectEvent(() => commit(draft.trim()));
  useEffect(() => {
    if (draft.trim() === committed || isTooShort(draft)) return;
    const timer = setTimeout(() => commitDraft(), pauseMs);
    return () => clearTimeout(timer);
  }, [draft, committed, pauseMs]);
  return [draft, setDraft] as const;
}
