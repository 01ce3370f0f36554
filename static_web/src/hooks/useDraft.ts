import { useEffect, useEffectEvent, useState } from "react";

const PAUSE_MS = 300;

/**
 * Holds what is typed over a committed value. It shows at once, and is committed after a pause, or at once by `settle`.
 * A draft is null while the field has no value, as with half a date; `read` returns its value, or null for none yet.
 */
export function useDraft(committed: string, commit: (value: string) => void, read: (draft: string) => string | null) {
  const [draft, setDraft] = useState<string | null>(committed);
  const [lastCommitted, setLastCommitted] = useState(committed);
  const [sent, setSent] = useState<string | null>(null);
  if (committed !== lastCommitted) {
    setLastCommitted(committed);
    setSent(null);
    // changed from elsewhere, by Back or a link: the field follows it; by then more may be typed than was sent from here
    if (committed !== sent) setDraft(committed);
  }
  const send = (typed: string | null) => {
    const value = typed === null ? null : read(typed);
    if (value === null || value === committed) return;
    setSent(value);
    commit(value);
  };
  const sendDraft = useEffectEvent(() => send(draft));
  useEffect(() => {
    const timer = setTimeout(() => sendDraft(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const settle = (typed: string | null) => {
    setDraft(typed);
    send(typed);
  };
  return { draft, setDraft, settle };
}
