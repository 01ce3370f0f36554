import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { TickingAge } from "@/components/TimeText";
import type { JobView } from "@/features/jobs/jobWatch";
import { authPaths } from "@/paths";

/** Says that the job's status could not be loaded, and when the next try comes. */
export function ConnectionNote({ connectionLost }: Pick<JobView<unknown>, "connectionLost">) {
  if (!connectionLost) return null;
  const { problem, retryAt } = connectionLost;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <span role="alert">
          <MessageBarTitle>The job's status could not be loaded.</MessageBarTitle> {problem.detail} This page may be out of date.
        </span>{" "}
        <TickingAge since={new Date(retryAt).toISOString()}>
          {(age) => (age < 0 ? `Trying again in ${Math.ceil(-age / 1000)} s.` : "Trying again now.")}
        </TickingAge>
      </MessageBarBody>
      {problem.status === 401 && (
        <MessageBarActions>
          <Button size="small" as="a" href={authPaths.signIn(location.pathname + location.search)}>
            Sign in
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
