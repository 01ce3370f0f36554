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
        Requests that are past their date and still active. The next{" "}
        <Link to={sitePaths.revoke(platform)}>revoke run</Link> marks them as revoked.
      </PageHeader>
      <RequestList
        platform={platform}
        list="pending-expiry"
        caption={`${title} requests past their expiry`}
        empty={
          <EmptyState title="Nothing has expired">
            Every active {title} access is within its date. There is nothing to do.
          </EmptyState>
        }
      />
    </>
  );
}
