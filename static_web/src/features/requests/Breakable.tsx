import { Fragment } from "react";

interface Props {
  text: string;
  before?: string;
  after?: string;
}

/** A long name that breaks at its natural joints rather than inside a word. */
export function Breakable({ text, before, after }: Props) {
  const joint = before ?? after ?? "";
  const parts = joint ? text.split(joint) : [text];
  return (
    <span>
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index > 0 && after}
          {index > 0 && <wbr />}
          {index > 0 && before}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
