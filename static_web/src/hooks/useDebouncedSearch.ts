import { useDraft } from "@/hooks/useDraft";

/** The server searches for no shorter text. */
export const MIN_SEARCH_LENGTH = 3;

export const isTooShort = (text: string) => text.trim().length > 0 && text.trim().length < MIN_SEARCH_LENGTH;

/** Holds what is typed into a search field, and commits it after a pause if it is long enough. */
export function useDebouncedSearch(committed: string, commit: (text: string) => void) {
  const { draft, setDraft } = useDraft(committed, commit, (text) => (isTooShort(text) ? null : text.trim()));
  return [draft ?? "", setDraft] as const;
}
