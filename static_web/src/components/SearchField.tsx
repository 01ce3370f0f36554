import { Field, Input } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons/svg/search";
import { useDebouncedText } from "@/hooks/useDebouncedText";

interface Props {
  label?: string;
  placeholder: string;
  committed: string;
  onCommit: (text: string) => void;
}

/** Searches once typing pauses. */
export function SearchField({ label = "Search", placeholder, committed, onCommit }: Props) {
  const [text, setText] = useDebouncedText(committed, onCommit);
  return (
    <Field label={label}>
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
