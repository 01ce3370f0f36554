import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { Problem } from "@/api/types";
import { authPaths } from "@/paths";

interface Props {
  title: string;
  problem: Problem;
  onRetry?: () => void;
  children?: ReactNode;
}

/** Says what failed and what to do. The server's text carries the error id. Nothing is tried again where nothing was found. */
export function ProblemMessage({ title, problem, onRetry, children }: Props) {
  return (
    <div role="alert">
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{title}</MessageBarTitle> {problem.detail}
          {children}
        </MessageBarBody>
        {problem.status === 401 ? (
          <MessageBarActions>
            <Button size="small" as="a" href={authPaths.signIn(location.pathname + location.search)}>
              Sign in
            </Button>
          </MessageBarActions>
        ) : (
          onRetry &&
          problem.status !== 404 && (
            <MessageBarActions>
              <Button size="small" onClick={onRetry}>
                Try again
              </Button>
            </MessageBarActions>
          )
        )}
      </MessageBar>
    </div>
  );
}
