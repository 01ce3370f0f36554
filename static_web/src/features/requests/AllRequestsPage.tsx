import { AddRegular } from "@fluentui/react-icons/svg/add";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { KeepPlace } from "@/components/KeepPlace";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { useCaller } from "@/hooks/useCaller";
import { sitePaths } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import { RequestList } from "@/requests/RequestList";

export function AllRequestsPage({ platform }: { platform: Platform }) {
  const { title } = PLATFORMS[platform];
  const { isPending, mayRequest } = useCaller();
  const create = (
    <KeepPlace until={!isPending}>
      <LinkButton to={sitePaths.create(platform)} appearance="primary" icon={<AddRegular />}>
        New request
      </LinkButton>
    </KeepPlace>
  );
  return (
    <>
      <PageHeader platform={platform} title="All requests" actions={(isPending || mayRequest) && create}>
        All {title} requests, the most urgent first.
      </PageHeader>
      <RequestList
        platform={platform}
        list="requests"
        caption={`All ${title} requests`}
        empty={
          <EmptyState title="No requests yet">
            <Link to={sitePaths.create(platform)}>Create the first request</Link>.
          </EmptyState>
        }
      />
    </>
  );
}
