import { Link as FluentLink } from "@fluentui/react-components";
import { isOutage } from "@/api/http";
import type { Problem } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";

interface Props {
  title: string;
  problem: Problem;
  onRetry?: () => void;
  onReset?: () => void;
}

/** Why a list cannot be shown; an address that asks for what cannot be leads back to its first page. */
export function ListProblem({ title, problem, onRetry, onReset }: Props) {
  const fields = problem.errors ?? [];
  if (!fields.length || !onReset) {
    return (
      <ProblemMessage title={title} problem={problem} {...(onRetry && { onRetry })}>
        {onRetry && isOutage(problem.status) && " It is tried again every 10 seconds."}
      </ProblemMessage>
    );
  }
  return (
    <ProblemMessage title={title} problem={{ ...problem, detail: "This address asks for what there is not:" }}>
      <ul>
        {fields.map(({ field, message }) => (
          <li key={field}>
            {field}: {message}
          </li>
        ))}
      </ul>
      <FluentLink as="button" onClick={onReset}>
        Show the first page of the whole list
      </FluentLink>
    </ProblemMessage>
  );
}
