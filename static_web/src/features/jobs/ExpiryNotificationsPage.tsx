import { Button } from "@fluentui/react-components";
import { MailRegular } from "@fluentui/react-icons/svg/mail";
import { useState } from "react";
import type { NotificationsResult } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { lazyDialog, lazyPart } from "@/components/lazyWithFallback";
import { PageHeader } from "@/components/PageHeader";
import { canTrigger, JobPanel } from "@/features/jobs/JobPanel";
import { countsOfNotifications } from "@/features/jobs/runCounts";
import { type TestMode } from "@/features/jobs/testMode";
import { useConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { useJobStatus } from "@/features/jobs/useJobStatus";
import { useRetryFromUrl } from "@/features/jobs/useRetryFromUrl";
import { useRefresh } from "@/hooks/useApi";
import { useCaller } from "@/hooks/useCaller";
import { useFigures } from "@/hooks/useOverview";
import { PLATFORMS, type Platform } from "@/platforms";
import { RequestList } from "@/requests/RequestList";
import { formatTotal } from "@/text/format";
import styles from "./jobs.module.css";

const SendDialog = lazyDialog(() => import("@/features/jobs/SendDialog"));
const TestModePicker = lazyPart(() => import("@/features/jobs/TestModePicker"));

const NORMAL: TestMode = { kind: "normal" };

export function ExpiryNotificationsPage({ platform }: { platform: Platform }) {
  const { title } = PLATFORMS[platform];
  const [chosenMode, setMode] = useState<TestMode>(NORMAL);
  const { mayOperate } = useCaller();
  const refresh = useRefresh();
  const retry = useRetryFromUrl();
  const job = useJobStatus<NotificationsResult>(platform, "notification", () => {
    refresh();
    // the next run is a normal one of everything that is due, unless someone chooses again
    setMode(NORMAL);
    retry.forget();
  });
  const { control, ...run } = useConfirmedRun(job, retry.onlyFailedOf !== "");
  const due = useFigures(platform)?.dueReminders ?? null;
  const { jobStatus, loading } = control;
  const mayTest = jobStatus?.testSimulationAllowed === true;
  const mode = mayTest ? chosenMode : NORMAL;
  const leaveDialog = () => {
    retry.leaveAddress();
    retry.forget();
    run.close();
  };
  return (
    <>
      <PageHeader platform={platform} title="Expiry notifications">
        Reminds people 30 days and again 7 days before their {title} access ends.
      </PageHeader>
      <JobPanel
        name="Notification job"
        platform={platform}
        job="notification"
        control={control}
        countsOf={countsOfNotifications}
        trigger={
          <Button
            appearance="primary"
            icon={<MailRegular />}
            disabledFocusable={!canTrigger(control, due && due.total)}
            onClick={run.ask}
          >
            {due?.total ? `Send ${formatTotal(due)} ${due.total === 1 ? "reminder" : "reminders"}…` : "Send reminders…"}
          </Button>
        }
      >
        {mayTest && (
          <div className={styles.testModeSlot}>
            <TestModePicker
              platform={platform}
              mode={mode}
              disabled={loading || jobStatus.isLocked}
              onChange={setMode}
            />
          </div>
        )}
      </JobPanel>
      {mayOperate && run.isMounted && (
        <SendDialog
          platform={platform}
          mode={mode}
          onlyFailedOf={retry.onlyFailedOf}
          run={run}
          busy={loading}
          onConfirm={(query) => {
            retry.leaveAddress();
            run.confirm(query);
          }}
          onClose={leaveDialog}
        />
      )}
      <RequestList
        platform={platform}
        list="pending-notifications"
        caption={`${title} requests due for a reminder`}
        empty={
          <EmptyState title="No reminders are due">
            No {title} request needs a reminder now. No action is needed.
          </EmptyState>
        }
      />
    </>
  );
}
