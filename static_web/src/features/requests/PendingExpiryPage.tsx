import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { sitePaths } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import { RequestList } from "@/requests/RequestList";

export function PendingExpiryPage({ platform }: { platform: Platform }) {
  const { title } = PLATFORMS[platform];
  return (
    <>
      <PageHeader platform={platform} title="Pending expiry">
        Overdue requests: they have ended and are still active. The next{" "}
        <Link to={sitePaths.revoke(platform)}>revoke run</Link> revokes them.
      </PageHeader>
      <RequestList
        platform={platform}
        list="pending-expiry"
        caption={`Overdue ${title} requests`}
        empty={
          <EmptyState title="Nothing is overdue">
            No active {title} request is past its expiry date. No action is needed.
          </EmptyState>
        }
      />
    </>
  );
}
