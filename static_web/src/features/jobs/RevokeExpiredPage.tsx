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
import { useCaller } from "@/hooks/useCaller";
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
  const pending = useFigures(platform)?.overdue.count ?? null;
  const { removesAccess } = useCaller();
  return (
    <>
      <PageHeader platform={platform} title="Revoke expired">
        {effectText(removesAccess(platform), title)}
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
          <EmptyState title="Nothing to revoke">No active {title} request is past its expiry date. No action is needed.</EmptyState>
        }
      />
    </>
  );
}

function effectText(removesAccess: boolean | null, title: string): string {
  if (removesAccess === null) return `Revokes ${title} access after its expiry date.`;
  return removesAccess
    ? `Removes expired access in ${title}. Only what is confirmed removed is recorded as revoked.`
    : `Marks expired ${title} access as revoked. Nothing changes in ${title} itself.`;
}
