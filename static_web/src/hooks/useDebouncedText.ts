import { useEffect, useEffectEvent, useState } from "react";

/** A text field over a committed value: typing shows at once and is committed after a pause. */
export function useDebouncedText(committed: string, commit: (text: string) => void, pauseMs = 300) {
  const [draft, setDraft] = useState(committed);
  const [lastCommitted, setLastCommitted] = useState(committed);
  // the URL changed from elsewhere, by Back or a link: the field follows it
  if (committed !== lastCommitted) {
    setLastCommitted(committed);
    setDraft(committed);
  }
  const commitDraft = useEffectEvent(() => commit(draft.trim()));
  useEffect(() => {
    if (draft.trim() === committed) return;
    const timer = setTimeout(() => commitDraft(), pauseMs);
    return () => clearTimeout(timer);
  }, [draft, committed, pauseMs]);
  return [draft, setDraft] as const;
}
