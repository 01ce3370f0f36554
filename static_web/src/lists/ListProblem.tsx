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

/** Says why a list cannot be shown. A link with wrong filters leads back to the whole list. */
export function ListProblem({ title, problem, onRetry, onReset }: Props) {
  const fields = problem.errors ?? [];
  if (!fields.length || !onReset) {
    return (
      <ProblemMessage title={title} problem={problem} {...(onRetry && { onRetry })}>
        {onRetry && isOutage(problem.status) && " Retrying every 10 seconds."}
      </ProblemMessage>
    );
  }
  return (
    <ProblemMessage title={title} problem={{ ...problem, detail: "This link has filters that don't exist:" }}>
      <ul>
        {fields.map(({ field, message }) => (
          <li key={field}>
            {field}: {message}
          </li>
        ))}
      </ul>
      <FluentLink as="button" onClick={onReset}>
        Show the whole list
      </FluentLink>
    </ProblemMessage>
  );
}
