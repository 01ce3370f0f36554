import { Fragment } from "react";
import { Link } from "react-router";
import { sitePaths } from "@/paths";
import { shortId } from "@/text/format";
import { triggerText } from "@/text/jobs";

const NAMED_RUN = /(\brun )([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;

/** Shows a text of the server in which the id of a run is short and links to the run. */
export function RunText({ text }: { text: string }) {
  const parts = triggerText(text).split(NAMED_RUN);
  return parts.map((part, index) =>
    index % 3 === 2 ? (
      <Link key={index} to={sitePaths.run(part)} title={part}>
        {shortId(part)}
      </Link>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
