import { Button } from "@fluentui/react-components";
import { MailRegular } from "@fluentui/react-icons/svg/mail";
import { useState } from "react";
import type { NotificationsResult } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { canTrigger, JobPanel } from "@/features/jobs/JobPanel";
import { NotificationsReport } from "@/features/jobs/NotificationsReport";
import { testModeQuery, type TestMode } from "@/features/jobs/testMode";
import { TestModePicker } from "@/features/jobs/TestModePicker";
import { RequestList } from "@/features/requests/RequestList";
import { useJobStatus } from "@/hooks/useJobStatus";
import { useListTotal, useRefreshRequests } from "@/hooks/useRequestList";
import { PLATFORM_TITLES, type Platform } from "@/platforms";
import styles from "./jobs.module.css";

const NORMAL: TestMode = { kind: "normal" };

export function ExpiryNotificationsPage({ platform }: { platform: Platform }) {
  const title = PLATFORM_TITLES[platform];
  const control = useJobStatus<NotificationsResult>(platform, "notification", useRefreshRequests(platform));
  const pending = useListTotal(platform, "pending-notifications");
  const [chosenMode, setMode] = useState<TestMode>(NORMAL);
  const mayTest = control.jobStatus?.testSimulationAllowed === true;
  const mode = mayTest ? chosenMode : NORMAL;
  const { outcome, jobStatus, loading } = control;
  return (
    <>
      <PageHeader platform={platform} title="Expiry notifications">
        Reminds people 30 days and again 7 days before their {title} access ends.
      </PageHeader>
      <JobPanel
        name="Notification job"
        control={control}
        doneWord="notified"
        summarize={summarize}
        trigger={
          <>
            {mayTest && (
              <TestModePicker
                platform={platform}
                mode={mode}
                disabled={loading || jobStatus?.isLocked === true}
                onChange={setMode}
              />
            )}
            <div className={styles.trigger}>
              <Button
                appearance="primary"
                icon={<MailRegular />}
                disabledFocusable={!canTrigger(control, pending)}
                onClick={() => control.trigger(testModeQuery(mode))}
              >
                {triggerLabel(pending)}
              </Button>
            </div>
          </>
        }
      />
      {outcome?.kind === "answered" && <NotificationsReport platform={platform} result={outcome.result} />}
      <RequestList
        platform={platform}
        list="pending-notifications"
        caption={`${title} requests due for a reminder`}
        empty={
          <EmptyState title="Nobody is due for a reminder">
            Everyone whose {title} access ends within 30 days has been reminded.
          </EmptyState>
        }
      />
    </>
  );
}

function triggerLabel(pending: number | null): string {
  if (!pending) return "Send reminders";
  return pending === 1 ? "Send 1 reminder" : `Send ${pending.toLocaleString("en")} reminders`;
}

function summarize({ message, failedCount, leftDueCount }: NotificationsResult) {
  return { text: message, flawless: failedCount === 0 && leftDueCount === 0 };
}
