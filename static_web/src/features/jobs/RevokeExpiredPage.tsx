import { Button } from "@fluentui/react-components";
import { PersonProhibitedRegular } from "@fluentui/react-icons/svg/person-prohibited";
import type { RevokeResult } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { lazyDialog } from "@/components/lazyWithFallback";
import { PageHeader } from "@/components/PageHeader";
import { canTrigger, JobPanel } from "@/features/jobs/JobPanel";
import { countsOfRevocation } from "@/features/jobs/runCounts";
import { useConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { useJobStatus } from "@/features/jobs/useJobStatus";
import { useRefresh } from "@/hooks/useApi";
import { useFigures } from "@/hooks/useOverview";
import { PLATFORMS, type Platform } from "@/platforms";
import { RequestList } from "@/requests/RequestList";
import { formatNumber } from "@/text/format";

const RevokeDialog = lazyDialog(() => import("@/features/jobs/RevokeDialog"));

export function RevokeExpiredPage({ platform }: { platform: Platform }) {
  const { title } = PLATFORMS[platform];
  const refresh = useRefresh();
  const job = useJobStatus<RevokeResult>(platform, "revoke", refresh);
  const { control, ...run } = useConfirmedRun(job);
  const figures = useFigures(platform);
  const pending = figures?.overdue.count ?? null;
  const takesAccessAway = (figures?.stillHeldCount ?? null) !== null;
  return (
    <>
      <PageHeader platform={platform} title="Revoke expired">
        {takesAccessAway
          ? `Takes ${title} access away whose expiry date has passed, and records what is seen gone.`
          : `Marks ${title} access as revoked whose expiry date has passed, and records each.`}
      </PageHeader>
      <JobPanel
        name="Revoke job"
        platform={platform}
        job="revoke"
        control={control}
        countsOf={countsOfRevocation}
        trigger={
          <Button
            appearance="primary"
            icon={<PersonProhibitedRegular />}
            disabledFocusable={!canTrigger(control, pending)}
            onClick={run.ask}
          >
            {pending ? `Revoke ${formatNumber(pending)} expired…` : "Revoke expired…"}
          </Button>
        }
      />
      {run.isMounted && (
        <RevokeDialog
          platform={platform}
          run={run}
          busy={control.loading}
          onConfirm={() => run.confirm()}
          onClose={run.close}
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
