import { Field, Input } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons/svg/search";
import { isTooShort, MIN_SEARCH_LENGTH, useDebouncedSearch } from "@/hooks/useDebouncedSearch";

interface Props {
  label?: string;
  placeholder: string;
  committed: string;
  onCommit: (text: string) => void;
}

/** Searches once typing pauses. */
export function SearchField({ label = "Search", placeholder, committed, onCommit }: Props) {
  const [text, setText] = useDebouncedSearch(committed, onCommit);
  return (
    <Field label={label} hint={isTooShort(text) ? `Type at least ${MIN_SEARCH_LENGTH} characters.` : null}>
      <Input
        type="search"
        value={text}
        contentBefore={<SearchRegular aria-hidden />}
        placeholder={placeholder}
        maxLength={320}
        onChange={(_, { value }) => setText(value)}
      />
    </Field>
  );
}
