import { Button, useRestoreFocusTarget } from "@fluentui/react-components";
import { PersonProhibitedRegular } from "@fluentui/react-icons/svg/person-prohibited";
import { useState } from "react";
import { Link } from "react-router";
import type { RevokeResult } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { canTrigger, JobPanel } from "@/features/jobs/JobPanel";
import { RevokeDialog } from "@/features/jobs/RevokeDialog";
import { RequestList } from "@/features/requests/RequestList";
import { useJobStatus } from "@/hooks/useJobStatus";
import { useListTotal, useRefreshRequests } from "@/hooks/useRequestList";
import { sitePaths } from "@/paths";
import { PLATFORM_TITLES, type Platform } from "@/platforms";
import styles from "./jobs.module.css";

export function RevokeExpiredPage({ platform }: { platform: Platform }) {
  const title = PLATFORM_TITLES[platform];
  const refresh = useRefreshRequests(platform);
  const control = useJobStatus<RevokeResult>(platform, "revoke", refresh);
  const pending = useListTotal(platform, "pending-expiry");
  const restoreFocus = useRestoreFocusTarget();
  const [dialog, setDialog] = useState<"closed" | "asking" | "sent">("closed");
  const { jobStatus, loading, outcome } = control;
  const isLocked = jobStatus?.isLocked === true;
  const refusal = dialog === "sent" && outcome?.kind === "refused" ? outcome.problem : null;
  // once the run has begun, the banner tells of it; the dialog is left only by an answer or by its Cancel
  const isOpen = dialog === "asking" || (dialog === "sent" && !isLocked && (loading || refusal !== null));
  return (
    <>
      <PageHeader platform={platform} title="Revoke expired">
        Takes {title} access away from everybody whose expiry date has passed.
      </PageHeader>
      <JobPanel
        name="Revoke job"
        control={refusal ? { ...control, outcome: null } : control}
        doneWord="revoked"
        summarize={({ message, revokedCount }) => ({
          text: (
            <>
              {message}{" "}
              {revokedCount > 0 && (
                <Link to={sitePaths.requests(platform, { status: "Revoked" })}>See what is revoked</Link>
              )}
            </>
          ),
          flawless: true,
        })}
        trigger={
          <div className={styles.trigger}>
            <Button
              {...restoreFocus}
              appearance="primary"
              icon={<PersonProhibitedRegular />}
              disabledFocusable={!canTrigger(control, pending)}
              onClick={() => {
                refresh();
                setDialog("asking");
              }}
            >
              {pending ? `Revoke ${pending.toLocaleString("en")} expired…` : "Revoke expired…"}
            </Button>
          </div>
        }
      />
      {dialog !== "closed" && (
        <RevokeDialog
          platform={platform}
          count={pending ?? 0}
          open={isOpen}
          busy={loading}
          blocked={isLocked}
          problem={refusal}
          onConfirm={() => {
            setDialog("sent");
            control.trigger();
          }}
          onClose={() => setDialog("closed")}
        />
      )}
      <RequestList
        platform={platform}
        list="pending-expiry"
        caption={`${title} requests that the next run revokes`}
        empty={
          <EmptyState title="Nothing to revoke">Every active {title} access is within its date. Good news.</EmptyState>
        }
      />
    </>
  );
}
