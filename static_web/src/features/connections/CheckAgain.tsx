import { Button } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { call, problemOf } from "@/api/http";
import type { Connection } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import { useRefresh } from "@/hooks/useApi";
import { useCaller } from "@/hooks/useCaller";
import { apiPaths } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import styles from "./connections.module.css";

// longer than the 25 seconds that a check takes at most
const CHECK_TIMEOUT_MS = 45_000;

/** Offers operators to ask the platform again. Nothing is changed there. */
export function CheckAgain({ platform }: { platform: Platform }) {
  const { isKnown, mayOperate } = useCaller();
  const refresh = useRefresh();
  const check = useMutation({
    mutationFn: () => call<Connection>(apiPaths.checkConnection(platform), { method: "POST", timeoutMs: CHECK_TIMEOUT_MS }),
    onSettled: refresh,
  });
  if (!isKnown || !mayOperate) return null;
  const { title } = PLATFORMS[platform];
  return (
    <>
      <span className={styles.button}>
        <Button
          size="small"
          disabledFocusable={check.isPending}
          aria-label={check.isPending ? `Checking… ${title}` : `Check again: ${title}`}
          onClick={() => check.mutate()}
        >
          {check.isPending ? "Checking…" : "Check again"}
        </Button>
      </span>
      <span role="status" className={styles.unseen}>
        {check.isSuccess && !check.isPending ? `${title} was checked.` : ""}
      </span>
      {check.error && (
        <div className={styles.problem}>
          <ProblemMessage title={`${title} could not be checked.`} problem={problemOf(check.error)} />
        </div>
      )}
    </>
  );
}
