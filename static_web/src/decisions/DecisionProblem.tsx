import { Link } from "react-router";
import { isOutage } from "@/api/http";
import type { Problem } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import { sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { shortId } from "@/text/format";

/** Returns what the server says of one field. */
export const errorAt = (problem: Problem | null, field: string): string | null =>
  problem?.errors?.find((each) => each.field === field)?.message ?? null;

interface Props {
  title: string;
  platform: Platform;
  problem: Problem | null;
}

/** Says why nothing was done. Where it had been done before, it links to the request that came of it. */
export function DecisionProblem({ title, platform, problem }: Props) {
  if (!problem) return null;
  return (
    <ProblemMessage title={titleOf(problem, title)} problem={problem}>
      {isUnanswered(problem) && " You can safely try again."}
      <Successor platform={platform} id={problem.successorId} />
    </ProblemMessage>
  );
}

/** Nothing answered, or something in front of the server: only the server's own problems carry a type. */
const isUnanswered = ({ status, type }: Problem) => isOutage(status) && type === undefined;

/** The server says what a conflict or an outage left behind. */
function titleOf(problem: Problem, title: string): string {
  if (isUnanswered(problem)) return "The outcome is not known.";
  return problem.status === 409 || problem.status >= 500 ? `${problem.title}.` : title;
}

export function Successor({ platform, id }: { platform: Platform; id: string | number | null | undefined }) {
  if (id === null || id === undefined) return null;
  return (
    <>
      {" "}
      <Link to={sitePaths.request(platform, id)}>See request #{shortId(id)}</Link>
    </>
  );
}
